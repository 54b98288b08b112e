// Attention of all heads, a few queries at a time.
//
// The scores of a few queries stay in a core's cache while they become shares and are multiplied
// with the values; all scores of a batch would be written to memory and read again three times. The
// products are slim, and libraries slow at them (eif/small_products.h). `composed` is the same of
// libtorch's operators, as in fused.h.
//
// Letters of the shapes: as in blocks.h.
#pragma once

#include <ATen/ATen.h>

namespace eif {

// softmax(s + mask) · value, the scores s = query · keyᵀ bent to stay within ± softcap where that
// is not 0. Each query's result depends neither on the batch nor on threads. query: (R, K, G·N, W);
// key and value: (R, K, N, W); mask: (R | 1, G·N, N), 0 or −∞ → (R, N, K·G·W)
at::Tensor attended(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                    const at::Tensor& mask, double softcap);

// Whether there is a loop for it.
bool takes_attention_loop(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                          const at::Tensor& mask, double softcap);

namespace composed {

at::Tensor attended(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                    const at::Tensor& mask, double softcap);

}  // namespace composed
}  // namespace eif
