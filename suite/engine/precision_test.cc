#include "suite/engine/precision.h"

#include <gtest/gtest.h>

namespace eif {
namespace {

TEST(Precision, IsMixedByItselfFor16BitWeightsAndOnGpus) {
  EXPECT_EQ(automatic_precision(at::kFloat, at::kCPU), "exact");
  EXPECT_EQ(automatic_precision(at::kBFloat16, at::kCPU), "mixed");
  EXPECT_EQ(automatic_precision(at::kFloat, at::kCUDA), "mixed");
  EXPECT_EQ(automatic_precision(at::kDouble, at::kCUDA), "exact");
}

TEST(Precision, MixedIsRefusedForFloat64) {
  EXPECT_EQ(check_mixed(at::kDouble).message(),
            "--precision mixed multiplies in 16 bits, and --dtype float64 asks for 64; use "
            "--precision exact, or --dtype float32");
  EXPECT_TRUE(check_mixed(at::kFloat).ok());
  EXPECT_TRUE(check_mixed(at::kBFloat16).ok());
}

TEST(Precision, MixedIsRefusedForImages) {
  EXPECT_EQ(check_mixed("cnn", Modality::kImage).message(),
            "--precision mixed is for texts, and cnn takes images: a changed convolution changes all "
            "that the next one reads, so there is no product that fine-tuned rows share; use "
            "--precision exact");
  EXPECT_TRUE(check_mixed("smollm2", Modality::kText).ok());
}

}  // namespace
}  // namespace eif
