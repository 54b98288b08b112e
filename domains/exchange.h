// A sample with two of its entities in each other's places.
//
//   exchanged({.id = "chain", .statements = {"{A} is in {B}.", "{B} is in {C}."}}, {"B", "spare"})
//   // id "exchanged_chain": "{A} is in {spare}.", "{spare} is in {C}."
//
// A chain and its broken control differ in one name. Which of the two words the seed gives the link,
// and which the spare entity, is chance, and a word that is easily learned would pass for logic. So
// the comparison is made twice, the second time with the words exchanged, and averaged: what only
// the words do cancels.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "domains/domain.h"

namespace eif {

// What stands in front of the id of a sample whose entities are exchanged.
inline constexpr char kExchanged[] = "exchanged_";

// How a report says that an effect is the mean of both.
inline constexpr char kMeanOverExchange[] = ", mean of this and of exchanged_…,";

// Two names of placeholders.
struct ExchangedNames {
  std::string one;
  std::string other;
};

// It is trained on only, and marked as added. kInvalidArgument: a statement's braces are wrong, or
// neither name stands in the sample, which would then be the same.
absl::StatusOr<SampleTemplate> exchanged(const SampleTemplate& sample, const ExchangedNames& names);

}  // namespace eif
