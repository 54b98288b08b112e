// How much work the patterns of a tokenizer.json may take on one text. PCRE2 bounds the steps of one
// match from one place, and a file has many patterns and a text many places.
//
//   MatchBudget budget(text.size());
//   regex.spans(text, budget);   // kResourceExhausted where it is used up
#pragma once

#include <cstddef>
#include <cstdint>

namespace eif::tokenizer {

class MatchBudget {
 public:
  // Steps of a match from one place that are not counted: the patterns of real files take more only
  // in words of hundreds of letters.
  static constexpr uint32_t kFreeSteps = 200;
  // A step of a nested repetition takes 1.7 µs: a third of a second for a short text. In a word of a
  // million letters real patterns take some ten steps for each.
  static constexpr uint64_t kSteps = 200'000;
  static constexpr uint64_t kStepsPerByte = 100;

  explicit MatchBudget(size_t text_bytes) : left_(kSteps + kStepsPerByte * text_bytes) {}

  // False where that many are not left.
  bool spend(uint64_t steps) {
    if (steps > left_) return false;
    left_ -= steps;
    return true;
  }

 private:
  uint64_t left_;
};

}  // namespace eif::tokenizer
