#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "suite/formats/safetensors.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string length_bytes(uint64_t length) {
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(length >> shift & 0xff);
  return bytes;
}

std::string file_bytes(const std::string& header, const std::string& data) {
  return length_bytes(header.size()) + header + data;
}

absl::StatusOr<SafetensorsContent> parse_bytes(const std::string& bytes) {
  return parse_safetensors(std::as_bytes(std::span(bytes)), "weights");
}

// The message for a file of this header and these data; empty where it is accepted.
std::string refusal(const std::string& header, const std::string& data = "") {
  return message_of(parse_bytes(file_bytes(header, data)));
}

// A header with one tensor "a" of these fields, written with ' for ".
std::string header_of(const std::string& fields) {
  std::string header = absl::StrCat("{'a':{", fields, "}}");
  std::replace(header.begin(), header.end(), '\'', '"');
  return header;
}

std::string text_of(const TensorView& tensor) {
  return std::string(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
}

// ---- Valid files -----------------------------------------------------------------------------

TEST(SafetensorsReader, ReadsTensorsAndMetadata) {
  const std::string bytes = file_bytes(
      R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]},)"
      R"("a":{"dtype":"U8","shape":[3],"data_offsets":[4,7]}}   )",
      "wxyzabc");
  const absl::StatusOr<SafetensorsContent> content = parse_bytes(bytes);
  ASSERT_TRUE(content.ok()) << content.status();
  EXPECT_THAT(content->metadata, ElementsAre(Pair("format", "pt")));
  ASSERT_THAT(content->tensors, SizeIs(2));
  EXPECT_EQ(content->tensors.at("a").dtype, DType::kU8);
  EXPECT_THAT(content->tensors.at("a").shape, ElementsAre(3));
  EXPECT_EQ(text_of(content->tensors.at("a")), "abc");
  EXPECT_EQ(content->tensors.at("b").dtype, DType::kF16);
  EXPECT_THAT(content->tensors.at("b").shape, ElementsAre(2, 1));
  EXPECT_EQ(text_of(content->tensors.at("b")), "wxyz");
}

TEST(SafetensorsReader, KnowsNamesAndSizesOfTypes) {
  const std::pair<const char*, size_t> types[] = {{"F64", 8}, {"F32", 4}, {"F16", 2}, {"BF16", 2},
                                                  {"I64", 8}, {"I32", 4}, {"I16", 2}, {"I8", 1},
                                                  {"U8", 1},  {"BOOL", 1}};
  for (const auto& [name, size] : types) {
    const std::string bytes =
        file_bytes(header_of(absl::StrCat("'dtype':'", name, "','shape':[3],'data_offsets':[0,",
                                          3 * size, "]")),
                   std::string(3 * size, 'x'));
    const absl::StatusOr<SafetensorsContent> content = parse_bytes(bytes);
    ASSERT_TRUE(content.ok()) << content.status();
    EXPECT_STREQ(dtype_name(content->tensors.at("a").dtype), name);
    EXPECT_EQ(dtype_size(content->tensors.at("a").dtype), size);
  }
}

TEST(SafetensorsReader, OddButValidFilesAreRead) {
  EXPECT_EQ(refusal("{}"), "");
  EXPECT_EQ(refusal("{\n \"__metadata__\" : {}\n}\n"), "");
  // A scalar.
  EXPECT_EQ(refusal(header_of("'dtype':'F32','shape':[],'data_offsets':[0,4]"), "1234"), "");
  // A tensor without elements.
  EXPECT_EQ(refusal(header_of("'dtype':'F32','shape':[5,0],'data_offsets':[0,0]")), "");
  // Fields in another order, an escaped name.
  EXPECT_EQ(refusal(R"({"\u0061\n":{"shape":[1],"data_offsets":[0,1],"dtype":"I8"}})", "x"), "");
  // Tensors that lie in another order than they are listed, an empty one between them.
  EXPECT_EQ(refusal(R"({"c":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},)"
                    R"("b":{"dtype":"U8","shape":[0],"data_offsets":[1,1]},)"
                    R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
                    "xy"),
            "");
}

TEST(SafetensorsReader, OpenedFileOutlivesItsMove) {
  const TemporaryFolder folder;
  const std::filesystem::path path =
      folder.file("w.safetensors",
                  file_bytes(header_of("'dtype':'U8','shape':[3],'data_offsets':[0,3]"), "abc"));
  absl::StatusOr<SafetensorsFile> file = SafetensorsFile::open(path);
  ASSERT_TRUE(file.ok()) << file.status();
  const SafetensorsFile moved = *std::move(file);
  EXPECT_EQ(text_of(moved.tensors().at("a")), "abc");
  EXPECT_THAT(moved.metadata(), IsEmpty());
}

// ---- The file as a whole ---------------------------------------------------------------------

TEST(SafetensorsReader, MissingFileIsNamed) {
  const absl::StatusOr<SafetensorsFile> file = SafetensorsFile::open("no/such/file");
  EXPECT_EQ(file.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(message_of(file), HasSubstr("cannot open no/such/file"));
}

TEST(SafetensorsReader, RefusalNamesFileAndNextStep) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.file("w.safetensors", "short");
  EXPECT_THAT(message_of(SafetensorsFile::open(path)),
              AllOf(StartsWith("cannot read " + path.string() +
                               ": it has 5 bytes; a safetensors "
                               "file has at least 8"),
                    EndsWith("; download or convert it again")));
}

TEST(SafetensorsReader, GitLfsPointerIsNamedWithNextStep) {
  EXPECT_THAT(message_of(parse_bytes("version https://git-lfs.github.com/spec/v1\n"
                                     "oid sha256:0123\nsize 269060552\n")),
              AllOf(HasSubstr("weights is a Git LFS pointer"), HasSubstr("run `git lfs pull`"),
                    HasSubstr("or download the weights")));
}

TEST(SafetensorsReader, EveryCutIsRefused) {
  const std::string bytes =
      file_bytes(header_of("'dtype':'U8','shape':[3],'data_offsets':[0,3]"), "abc");
  ASSERT_TRUE(parse_bytes(bytes).ok());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(message_of(parse_bytes(bytes.substr(0, size))),
                EndsWith("download or convert it again"))
        << size;
  }
}

TEST(SafetensorsReader, HeaderBeyondFormatLimitIsRefused) {
  EXPECT_THAT(message_of(parse_bytes(length_bytes(100'000'001) + "{}")),
              HasSubstr("it announces a header of 100000001 bytes; the format allows 100000000"));
  EXPECT_THAT(message_of(parse_bytes(length_bytes(~uint64_t{0}) + "{}")),
              HasSubstr("it announces a header of 18446744073709551615 bytes"));
}

TEST(SafetensorsReader, HeaderBeyondFileIsRefused) {
  EXPECT_THAT(
      message_of(parse_bytes(length_bytes(3) + "{}")),
      HasSubstr("it announces a header of 3 bytes, but only 2 follow: the file is cut short"));
}

// ---- The header as JSON ----------------------------------------------------------------------

TEST(SafetensorsReader, HeaderWithoutBraceIsRefused) {
  for (const char* header : {"", " {}", "[]", "\xef\xbb\xbf{}"}) {
    EXPECT_THAT(refusal(header), HasSubstr("the header does not begin with '{'")) << header;
  }
}

TEST(SafetensorsReader, HeaderThatIsNotJsonIsRefused) {
  EXPECT_THAT(refusal("{"), HasSubstr("the header is not JSON in UTF-8 (byte 2)"));
  for (const char* header : {"{]", "{}{}", "{} x", "{'a':1}", "{\"a\":}", "{/**/}", "{\"a\":NaN}",
                             "{\"__metadata__\":{},}", "{\"__metadata__\":{\"a\":\"\t\"}}"}) {
    EXPECT_THAT(refusal(header), HasSubstr("the header is not JSON in UTF-8")) << header;
  }
}

TEST(SafetensorsReader, HeaderThatIsNotUtf8IsRefused) {
  EXPECT_THAT(refusal("{\"__metadata__\":{\"a\":\"\xff\"}}"),
              HasSubstr("the header is not JSON in UTF-8 (byte 23)"));
  // Half of a surrogate pair.
  EXPECT_THAT(refusal(R"({"__metadata__":{"a":"\ud800"}})"),
              HasSubstr("the header is not JSON in UTF-8"));
}

TEST(SafetensorsReader, ZeroByteInHeaderIsRefused) {
  EXPECT_THAT(refusal(std::string("{}\0", 3)),
              HasSubstr("the header is not JSON in UTF-8 (byte 3 is zero)"));
}

TEST(SafetensorsReader, DuplicateNamesAreRefused) {
  const std::string entry = R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]})";
  EXPECT_THAT(refusal("{" + entry + "," + entry + "}", "x"),
              HasSubstr(R"(the header has two entries "a")"));
  EXPECT_THAT(refusal(R"({"__metadata__":{},"__metadata__":{}})"),
              HasSubstr(R"(the header has two entries "__metadata__")"));
  EXPECT_THAT(refusal(R"({"__metadata__":{"k":"1","\u006b":"2"}})"),
              HasSubstr(R"(__metadata__ has two entries "k")"));
  EXPECT_THAT(refusal(header_of("'dtype':'U8','dtype':'U8'")),
              HasSubstr(R"(tensor "a" has two fields "dtype")"));
  EXPECT_THAT(refusal(header_of("'shape':[1],'shape':[1]")),
              HasSubstr(R"(tensor "a" has two fields "shape")"));
  EXPECT_THAT(refusal(header_of("'data_offsets':[0,1],'data_offsets':[0,1]")),
              HasSubstr(R"(tensor "a" has two fields "data_offsets")"));
}

TEST(SafetensorsReader, DeepNestingIsRefused) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  EXPECT_THAT(refusal(absl::StrCat("{\"a\":", deep, "}")),
              HasSubstr(R"(entry "a" of the header is an array; expected an object)"));
  EXPECT_THAT(refusal(header_of(absl::StrCat("'shape':", deep))),
              HasSubstr(R"(a number in the shape of tensor "a" is an array)"));
  EXPECT_THAT(refusal(R"({"__metadata__":{"k":{}}})"),
              HasSubstr(R"(entry "k" of __metadata__ is an object; expected a text)"));
}

TEST(SafetensorsReader, ValuesOfTheWrongKindAreNamed) {
  EXPECT_THAT(refusal(R"({"a":1})"),
              HasSubstr(R"(entry "a" of the header is a number; expected an object)"));
  EXPECT_THAT(refusal(R"({"__metadata__":null})"),
              HasSubstr(R"(entry "__metadata__" of the header is null; expected an object)"));
  EXPECT_THAT(refusal(R"({"__metadata__":{"k":1}})"),
              HasSubstr(R"(entry "k" of __metadata__ is a number; expected a text)"));
  EXPECT_THAT(refusal(header_of("'dtype':true")),
              HasSubstr(R"(the dtype of tensor "a" is a truth value; expected a text)"));
  EXPECT_THAT(refusal(header_of("'shape':'3'")),
              HasSubstr(R"(the shape of tensor "a" is a text; expected an array)"));
  EXPECT_THAT(refusal(header_of("'data_offsets':{}")),
              HasSubstr(R"(the data_offsets of tensor "a" is an object; expected an array)"));
}

TEST(SafetensorsReader, NamesAreMadeHarmlessInMessages) {
  EXPECT_THAT(refusal(R"({"\u001b[31m":1})"), HasSubstr(R"(entry "\x1b[31m" of the header)"));
  EXPECT_THAT(refusal(absl::StrCat("{\"", std::string(5000, 'n'), "\":1}")),
              HasSubstr(absl::StrCat("entry \"", std::string(100, 'n'), "…\" of the header")));
}

// ---- Tensors ---------------------------------------------------------------------------------

TEST(SafetensorsReader, UnsupportedTypeIsNamed) {
  EXPECT_THAT(refusal(header_of("'dtype':'F8_E4M3'")),
              HasSubstr(R"(the dtype of tensor "a" is "F8_E4M3"; expected one of F64 F32 F16)"));
}

TEST(SafetensorsReader, UnknownFieldIsNamed) {
  EXPECT_THAT(
      refusal(header_of("'packed':true")),
      HasSubstr(R"(tensor "a" has a field "packed"; expected dtype, shape and data_offsets)"));
}

TEST(SafetensorsReader, MissingFieldIsNamed) {
  EXPECT_THAT(refusal(header_of("'shape':[1],'data_offsets':[0,1]"), "x"),
              HasSubstr(R"(tensor "a" has no dtype)"));
  EXPECT_THAT(refusal(header_of("'dtype':'U8','data_offsets':[0,1]"), "x"),
              HasSubstr(R"(tensor "a" has no shape)"));
  EXPECT_THAT(refusal(header_of("'dtype':'U8','shape':[1]"), "x"),
              HasSubstr(R"(tensor "a" has no data_offsets)"));
}

TEST(SafetensorsReader, SizesThatAreNoCountsAreRefused) {
  EXPECT_THAT(refusal(header_of("'shape':[-1]")),
              HasSubstr(R"(a number in the shape of tensor "a" is a negative number; expected an )"
                        "integer of at least 0"));
  EXPECT_THAT(refusal(header_of("'shape':[1.0]")),
              HasSubstr("is a fraction or a number beyond 64 bits; expected an integer"));
  EXPECT_THAT(refusal(header_of("'shape':[18446744073709551616]")),
              HasSubstr("is a fraction or a number beyond 64 bits"));
  EXPECT_THAT(refusal(header_of("'shape':[9223372036854775808]")),
              HasSubstr(R"(the shape of tensor "a" is 9223372036854775808, beyond 63 bits)"));
}

TEST(SafetensorsReader, ProductOfSizesThatOverflowsIsRefused) {
  // 2^32 * 2^32 elements would be 0 bytes in 64 bits.
  EXPECT_THAT(
      refusal(header_of("'dtype':'U8','shape':[4294967296,4294967296],'data_offsets':[0,0]")),
      HasSubstr("U8 of shape [4294967296, 4294967296] needs more than 2^64"));
  // 2^62 elements of 4 bytes, likewise.
  EXPECT_THAT(
      refusal(header_of("'dtype':'F32','shape':[4611686018427387904],'data_offsets':[0,0]")),
      HasSubstr("needs more than 2^64"));
}

TEST(SafetensorsReader, BytesThatDoNotFitShapeAreRefused) {
  EXPECT_THAT(
      refusal(header_of("'dtype':'F32','shape':[2,3],'data_offsets':[0,20]"), std::string(20, 'x')),
      HasSubstr(R"(tensor "a" has 20 bytes; F32 of shape [2, 3] needs 24)"));
}

TEST(SafetensorsReader, OffsetsThatAreNoPairAreRefused) {
  for (const char* offsets : {"[]", "[0]", "[0,1,2]"}) {
    EXPECT_THAT(refusal(header_of(absl::StrCat("'data_offsets':", offsets))),
                HasSubstr(R"(the data_offsets of tensor "a" are not two numbers)"))
        << offsets;
  }
}

TEST(SafetensorsReader, OffsetsInTheWrongOrderAreRefused) {
  EXPECT_THAT(refusal(header_of("'dtype':'U8','shape':[1],'data_offsets':[2,1]"), "xy"),
              HasSubstr(R"(tensor "a" begins at byte 2 and ends before, at 1)"));
}

TEST(SafetensorsReader, TensorBeyondDataIsRefused) {
  EXPECT_THAT(refusal(header_of("'dtype':'U8','shape':[3],'data_offsets':[0,3]"), "xy"),
              HasSubstr(R"(tensor "a" ends at byte 3 of the data, but there are only 2: the file )"
                        "is cut short"));
}

std::string two_tensors(int first_end, int second_begin) {
  return absl::StrCat(R"({"a":{"dtype":"U8","shape":[)", first_end, R"(],"data_offsets":[0,)",
                      first_end, R"(]},"b":{"dtype":"U8","shape":[)", 4 - second_begin,
                      R"(],"data_offsets":[)", second_begin, ",4]}}");
}

TEST(SafetensorsReader, OverlapIsRefused) {
  ASSERT_EQ(refusal(two_tensors(2, 2), "wxyz"), "");
  EXPECT_THAT(
      refusal(two_tensors(2, 1), "wxyz"),
      HasSubstr(R"(tensor "b" begins at byte 1, inside the one before it, which ends at 2)"));
  EXPECT_THAT(
      refusal(two_tensors(4, 0), "wxyz"),
      HasSubstr(R"(tensor "b" begins at byte 0, inside the one before it, which ends at 4)"));
}

TEST(SafetensorsReader, HoleIsRefused) {
  EXPECT_THAT(refusal(two_tensors(1, 2), "wxyz"),
              HasSubstr(R"(tensor "b" begins at byte 2, leaving a hole after the one before it, )"
                        "which ends at 1"));
  EXPECT_THAT(refusal(header_of("'dtype':'U8','shape':[1],'data_offsets':[1,2]"), "xy"),
              HasSubstr("leaving a hole"));
}

TEST(SafetensorsReader, BytesBehindLastTensorAreRefused) {
  EXPECT_THAT(refusal(two_tensors(2, 2), "wxyz!"),
              HasSubstr("the tensors end at byte 4 of the data, but there are 5"));
  EXPECT_THAT(refusal("{}", "x"),
              HasSubstr("the tensors end at byte 0 of the data, but there are 1"));
}

// ---- Limits of memory ------------------------------------------------------------------------

TEST(SafetensorsReader, LargestHeaderTakesFileAnd64MiB) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer adds memory of its own to every allocation";
#endif
  // The shortest texts for the most tensors, dimensions and metadata, and the longest text.
  std::string header = "{\"__metadata__\":{\"long\":\"" + std::string(4'190'000, 'x') + "\"";
  for (int i = 1; i < 65'536; ++i) absl::StrAppend(&header, ",\"", i, "\":\"\"");
  header += "}";
  for (int i = 0; i < 65'536; ++i) {
    absl::StrAppend(&header, ",\"", i,
                    R"(":{"dtype":"U8","shape":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0])",
                    R"(,"data_offsets":[0,0]})");
  }
  const std::string bytes = file_bytes(header + "}", "");
  const size_t memory = peak_memory_of([&bytes] {
    const absl::StatusOr<SafetensorsContent> content = parse_bytes(bytes);
    ASSERT_TRUE(content.ok()) << content.status();
    EXPECT_THAT(content->tensors, SizeIs(65'536));
  });
  EXPECT_LT(memory, bytes.size() + (64 << 20));
  EXPECT_GT(memory, bytes.size());  // or nothing was measured
}

TEST(SafetensorsReader, TooManyTensorsAreRefused) {
  std::string header = "{";
  for (int i = 0; i <= 65'536; ++i) {
    absl::StrAppend(&header, i > 0 ? "," : "", "\"", i,
                    R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})");
  }
  EXPECT_THAT(refusal(header + "}"), HasSubstr("the header has more than 65536 tensors"));
}

TEST(SafetensorsReader, TooMuchMetadataIsRefused) {
  std::string header = "{\"__metadata__\":{";
  for (int i = 0; i <= 65'536; ++i) absl::StrAppend(&header, i > 0 ? "," : "", "\"", i, "\":\"\"");
  EXPECT_THAT(refusal(header + "}}"), HasSubstr("__metadata__ has more than 65536 entries"));
}

TEST(SafetensorsReader, TooManyDimensionsAreRefused) {
  EXPECT_EQ(refusal(header_of("'dtype':'U8','shape':[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"
                              "'data_offsets':[0,1]"),
                    "x"),
            "");
  EXPECT_THAT(refusal(header_of("'shape':[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]")),
              HasSubstr(R"(tensor "a" has more than 16 dimensions)"));
}

TEST(SafetensorsReader, LongTextOrGapInHeaderIsRefused) {
  constexpr char kExpected[] = "the header has a text or gap of more than 4194304 bytes";
  const std::string space(5'000'000, ' ');
  const std::string text(5'000'000, 'x');
  EXPECT_THAT(refusal("{" + space + "}"), HasSubstr(kExpected));
  EXPECT_THAT(refusal("{}\n" + space + "\n"), HasSubstr(kExpected));
  EXPECT_THAT(refusal(R"({"__metadata__":{"k":")" + text + "\"}}"), HasSubstr(kExpected));
  EXPECT_THAT(refusal(R"({"__metadata__":{"k":"\")" + text + "\"}}"), HasSubstr(kExpected));
  // Padding by spaces is part of the format, however long, and brackets in texts are no structure.
  EXPECT_EQ(refusal("{}" + space), "");
  EXPECT_EQ(refusal(R"({"__metadata__":{"k":"{[,:\"{[,:"}})"), "");
}

}  // namespace
}  // namespace eif
