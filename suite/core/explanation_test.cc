#include "suite/core/explanation.h"

#include <gtest/gtest.h>

namespace eif {
namespace {

void expect_place(const std::string& parameter, const std::string& layer, const std::string& kind) {
  const ParameterPlace place = place_of(parameter);
  EXPECT_EQ(place.layer, layer) << parameter;
  EXPECT_EQ(place.kind, kind) << parameter;
}

TEST(PlaceOf, AParameterOfALayer) {
  expect_place("model.layers.3.mlp.up_proj.weight", "3", "mlp.up_proj.weight");
  expect_place("transformer.h.11.attn.c_attn.bias", "11", "attn.c_attn.bias");
}

TEST(PlaceOf, AParameterOutsideAllLayers) {
  expect_place("model.embed_tokens.weight", "", "model.embed_tokens.weight");
  expect_place("conv1.weight", "", "conv1.weight");
  expect_place("", "", "");
}

// Only the first number says which layer: experts and heads are kinds.
TEST(PlaceOf, NumbersWithinALayerAreOfItsKind) {
  expect_place("layers.2.experts.0.weight", "2", "experts.0.weight");
  expect_place("bias.7", "", "bias.7");
}

}  // namespace
}  // namespace eif
