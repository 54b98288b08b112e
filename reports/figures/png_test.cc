#include "reports/figures/png.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace eif {
namespace {

const IndexedPicture kPicture = {.width = 3,
                                 .height = 2,
                                 .pixels = {0, 1, 2, 2, 1, 0},
                                 .palette = {"#000000", "#ff0080", "#ffffff"}};

uint32_t number_at(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

std::string data_of(const std::string& bytes, const std::string& type) {
  const size_t at = bytes.find(type);
  return bytes.substr(at + 4, number_at(bytes, at - 4));
}

// Read back by the format's own rules; the browser's test shows one.
TEST(Png, HoldsEachPixelAndColour) {
  const std::string bytes = png_bytes(kPicture);
  EXPECT_TRUE(bytes.starts_with("\x89PNG\r\n\x1a\n"));
  const std::string header = data_of(bytes, "IHDR");
  EXPECT_EQ(number_at(header, 0), 3u);
  EXPECT_EQ(number_at(header, 4), 2u);
  EXPECT_EQ(data_of(bytes, "PLTE"), std::string("\0\0\0\xff\0\x80\xff\xff\xff", 9));
  const std::string deflated = data_of(bytes, "IDAT");
  std::string lines(8, '\x7f');
  uLongf size = lines.size();
  ASSERT_EQ(uncompress(reinterpret_cast<Bytef*>(lines.data()), &size,
                       reinterpret_cast<const Bytef*>(deflated.data()), deflated.size()),
            Z_OK);
  EXPECT_EQ(lines, std::string("\0\0\1\2\0\2\1\0", 8));
}

TEST(Png, ChecksumsAreThoseOfTheirChunks) {
  const std::string bytes = png_bytes(kPicture);
  const size_t at = bytes.find("PLTE");
  const uLong sum = crc32(0, reinterpret_cast<const Bytef*>(bytes.data() + at), 4 + 9);
  EXPECT_EQ(number_at(bytes, at + 4 + 9), sum);
  EXPECT_TRUE(bytes.ends_with("IEND\xae\x42\x60\x82"));
}

}  // namespace
}  // namespace eif
