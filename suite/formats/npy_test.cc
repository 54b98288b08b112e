#include "suite/formats/npy.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <vector>

namespace eif {
namespace {

// That numpy reads these bytes is shown by crosscheck_test.py.

TEST(Npy, HeaderIsExact) {
  const std::vector<double> values = {1, 2, 3, 4, 5, 6};
  const std::string dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }";
  const std::string header = std::string("\x93NUMPY\x01\x00\x76\x00", 10) + dictionary +
                             std::string(128 - 10 - dictionary.size() - 1, ' ') + "\n";
  EXPECT_EQ(npy_bytes(2, 3, values).substr(0, 128), header);
}

TEST(Npy, ValuesFollowRowByRow) {
  const std::array<double, 2> values = {1.5, -0.25};
  const std::string bytes = npy_bytes(1, 2, values);
  ASSERT_EQ(bytes.size(), 128u + sizeof(values));
  EXPECT_EQ(std::memcmp(bytes.data() + 128, values.data(), sizeof(values)), 0);
}

TEST(Npy, ValuesStartAtMultipleOf64ForEveryLengthOfHeader) {
  for (size_t columns = 1; columns < 10'000'000'000'000'000'000u / 10; columns *= 10) {
    EXPECT_EQ(npy_bytes(0, columns, {}).size() % 64, 0u) << columns;
  }
}

}  // namespace
}  // namespace eif
