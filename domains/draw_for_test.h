// A draw for the tests of domains, and short ways to fill one.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "domains/domain.h"
#include "gtest/gtest.h"

namespace eif {

// Counts up, so that a test sees which numbers were asked for.
class CountingRandom final : public Random {
 public:
  explicit CountingRandom(uint64_t start) : next_(start) {}
  uint64_t below(uint64_t limit) override { return next_++ % limit; }
  double normal() override { return 0; }

 private:
  uint64_t next_;
};

// The words w1, w2, …; at most `available_words` of them.
class TestDraw final : public Draw {
 public:
  explicit TestDraw(uint64_t seed = 0, size_t available_words = 100)
      : seed_(seed), available_words_(available_words) {}
  uint64_t seed() const override { return seed_; }
  Modality modality() const override { return Modality::kText; }
  std::unique_ptr<Random> random(const std::string& stream) const override {
    streams.insert(stream);
    return std::make_unique<CountingRandom>(seed_);
  }
  absl::StatusOr<std::vector<std::string>> words(size_t count) const override {
    if (count > available_words_) return absl::ResourceExhaustedError("no more words");
    std::vector<std::string> words;
    for (size_t i = 1; i <= count; ++i) words.push_back(absl::StrCat("w", i));
    return words;
  }
  absl::StatusOr<std::vector<LabelledImage>> digits(int) const override {
    return absl::UnimplementedError("no images");
  }
  const std::vector<std::string>& claims() const override { return own_claims; }
  bool large() const override { return false; }

  std::vector<std::string> own_claims;
  mutable std::set<std::string> streams;

 private:
  uint64_t seed_;
  size_t available_words_;
};

// A built-in one.
inline const DomainTemplate& domain_template(const std::string& name) {
  const absl::StatusOr<const DomainTemplate*> domain = find_domain(name);
  EXPECT_TRUE(domain.ok()) << domain.status();
  static const DomainTemplate& none = *new DomainTemplate();
  return domain.ok() ? **domain : none;
}

inline Domain filled(const DomainTemplate& domain, const Draw& draw = TestDraw()) {
  absl::StatusOr<Domain> filled = fill(domain, draw);
  EXPECT_TRUE(filled.ok()) << filled.status();
  return filled.value_or(Domain());
}

inline std::vector<std::string> texts(const Sample& sample) {
  std::vector<std::string> texts;
  for (const Statement& statement : sample.statements) {
    texts.push_back(std::get<std::string>(statement));
  }
  return texts;
}

}  // namespace eif
