#include "suite/formats/digest.h"

#include <gtest/gtest.h>

#include <string>

namespace eif {
namespace {

std::string hex_of(const std::string& bytes) {
  Digest digest;
  digest.add(bytes.data(), bytes.size());
  return digest.hex();
}

TEST(Digest, MatchesPublishedValueOfNoInput) {
  // XXH3-128 with seed 0 of the empty input, as in the xxHash specification's test values.
  EXPECT_EQ(Digest().hex(), "99aa06d3014798d86001c324468d497f");
}

TEST(Digest, CutsOfRawBytesMakeNoDifference) {
  const std::string bytes(5000, 'x');
  Digest digest;
  digest.add(bytes.data(), 1);
  digest.add(bytes.data() + 1, 4000);
  digest.add(bytes.data() + 4001, 999);
  EXPECT_EQ(digest.hex(), hex_of(bytes));
}

TEST(Digest, CutsOfTextMakeADifference) {
  Digest first;
  first.add("ab");
  first.add("c");
  Digest second;
  second.add("a");
  second.add("bc");
  EXPECT_NE(first.hex(), second.hex());
}

TEST(Digest, TextHasItsLengthBeforeIt) {
  Digest digest;
  digest.add("abc");
  EXPECT_EQ(digest.hex(), hex_of(std::string("\3\0\0\0\0\0\0\0abc", 11)));
}

TEST(Digest, GoesOnAfterHex) {
  Digest digest;
  digest.add("a", 1);
  EXPECT_EQ(digest.hex(), hex_of("a"));
  digest.add("b", 1);
  EXPECT_EQ(digest.hex(), hex_of("ab"));
}

}  // namespace
}  // namespace eif
