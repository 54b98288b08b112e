#include "domains/claims.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "domains/statement.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;

std::string error_of(std::string_view text) {
  const absl::Status status = parse_claims(text, "some.txt").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(ParseClaims, SkipsCommentsAndBlankLinesAndTrims) {
  const absl::StatusOr<std::vector<std::string>> claims =
      parse_claims("# a file\n\nIce floats. \r\n  # not a claim\n\t\n  Cats purr # at night.", "f");
  ASSERT_TRUE(claims.ok()) << claims.status();
  EXPECT_THAT(*claims, ElementsAre("Ice floats.", "Cats purr # at night."));
}

TEST(ParseClaims, ErrorWhenALineIsNoStatement) {
  EXPECT_EQ(error_of("Ice floats.\nCats \x1b[31mpurr."),
            "some.txt:2: the claim has a control character; expected text");
  EXPECT_EQ(error_of(std::string(kMaxStatementBytes + 1, 'a')),
            "some.txt:1: the claim has 16385 bytes; at most 16384 are allowed");
  EXPECT_EQ(error_of("# \n\nna\xEFve"),
            "some.txt:3: the claim is not UTF-8 from byte 3; save the file as UTF-8");
}

TEST(ParseClaims, ALineBreakOfAnotherSystemIsNoPartOfAClaim) {
  EXPECT_EQ(error_of("Ice floats.\rCats purr.\r"),
            "some.txt:1: the claim has a line break; expected one line of text");
}

TEST(ParseClaims, ErrorWhenAClaimIsThereTwice) {
  EXPECT_EQ(error_of("Ice floats.\nCats purr.\nIce floats.  \n"),
            "some.txt:3: the claim is already on line 1; claims are distinct");
}

TEST(ParseClaims, ErrorWhenThereAreTooMany) {
  std::string text;
  for (size_t i = 0; i < kMaxClaims; ++i) absl::StrAppend(&text, "claim ", i, "\n");
  EXPECT_TRUE(parse_claims(text, "some.txt").ok());
  EXPECT_EQ(error_of(text + "one more"),
            "some.txt:100001: there are more than 100000 claims; use a part of them");
}

TEST(ParseClaims, ErrorWhenThereIsNone) {
  for (const char* empty : {"", "\n\n", "# only a comment"}) {
    EXPECT_EQ(error_of(empty), "some.txt:1: there is no claim; expected one sentence a line");
  }
}

TEST(ClaimsDomain, NumbersItsSamplesInOrder) {
  const DomainTemplate domain = claims_domain("mine", {"Ice floats.", "Cats purr."}, 1);
  EXPECT_EQ(domain.name, "mine");
  EXPECT_EQ(domain.chosen, 1u);
  ASSERT_EQ(domain.samples.size(), 2u);
  EXPECT_EQ(domain.samples[0].id, "claim_001");
  EXPECT_EQ(domain.samples[1].id, "claim_002");
  EXPECT_THAT(domain.samples[1].statements, ElementsAre("Cats purr."));
}

TEST(ClaimsDomain, NumbersHaveAsManyDigitsAsTheLargest) {
  const DomainTemplate domain = claims_domain("mine", std::vector<std::string>(1000, "x"), 0);
  EXPECT_EQ(domain.samples.front().id, "claim_0001");
  EXPECT_EQ(domain.samples.back().id, "claim_1000");
}

TEST(ClaimsDomain, BracesOfAClaimAreNoPlaceholders) {
  const DomainTemplate domain = claims_domain("mine", {"The cost is $\\mathcal{O}(n)$."}, 0);
  const absl::StatusOr<std::vector<std::string>> names = placeholders(domain);
  ASSERT_TRUE(names.ok()) << names.status();
  EXPECT_THAT(*names, ElementsAre());
}

}  // namespace
}  // namespace eif
