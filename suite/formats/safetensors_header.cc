#include "suite/formats/safetensors_header.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "suite/formats/printable.h"

namespace eif {
namespace {

constexpr char kMetadataKey[] = "__metadata__";

// Limits that the format does not set, far above what real models need: the parsed form of a short
// text can be many times as large. A file that reaches all of them takes 40 MB (measured by a
// test).
constexpr size_t kMostTensors = 65'536;
constexpr size_t kMostMetadata = 65'536;
constexpr size_t kLargestRank = 16;
// The JSON library keeps two growing copies of the token it reads: 16 MiB at most with this limit.
constexpr size_t kLongestToken = 4 << 20;

struct DTypeRow {
  DType dtype;
  const char* name;
  size_t size;
};
constexpr std::array<DTypeRow, 10> kDTypes = {{{DType::kF64, "F64", 8},
                                               {DType::kF32, "F32", 4},
                                               {DType::kF16, "F16", 2},
                                               {DType::kBF16, "BF16", 2},
                                               {DType::kI64, "I64", 8},
                                               {DType::kI32, "I32", 4},
                                               {DType::kI16, "I16", 2},
                                               {DType::kI8, "I8", 1},
                                               {DType::kU8, "U8", 1},
                                               {DType::kBool, "BOOL", 1}}};

const DTypeRow& row_of(DType dtype) {
  return *std::find_if(kDTypes.begin(), kDTypes.end(),
                       [dtype](const DTypeRow& row) { return row.dtype == dtype; });
}

std::optional<DType> dtype_of(const std::string& name) {
  for (const DTypeRow& row : kDTypes) {
    if (row.name == name) return row.dtype;
  }
  return std::nullopt;
}

std::string shape_text(const std::vector<int64_t>& shape) {
  std::string text;
  for (const int64_t size : shape) absl::StrAppend(&text, text.empty() ? "" : ", ", size);
  return absl::StrCat("[", text, "]");
}

// Bytes of a tensor; nothing where they do not fit 64 bits.
std::optional<uint64_t> byte_count(DType dtype, const std::vector<int64_t>& shape) {
  uint64_t count = dtype_size(dtype);
  for (const int64_t size : shape) {
    if (__builtin_mul_overflow(count, static_cast<uint64_t>(size), &count)) return std::nullopt;
  }
  return count;
}

// Whether the text between two of the characters {}[]:, is longer than the limit anywhere.
bool has_long_token(std::string_view json) {
  bool in_string = false;
  size_t token_begin = 0;
  for (size_t i = 0; i < json.size(); ++i) {
    if (in_string) {
      if (json[i] == '\\') {
        ++i;
      } else if (json[i] == '"') {
        in_string = false;
      }
    } else if (json[i] == '"') {
      in_string = true;
    } else if (std::string_view("{}[]:,").find(json[i]) != std::string_view::npos) {
      if (i - token_begin > kLongestToken) return true;
      token_begin = i + 1;
    }
  }
  return json.size() - token_begin > kLongestToken;
}

// Takes the header apart while it is read, without a tree in between: a tree can be forty times as
// large as its text. Its methods return false to stop; error() then says why. Nesting is limited by
// the grammar: {name: {field: [number]}}.
class HeaderHandler final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderHandler(uint64_t data_size) : data_size_(data_size) {}

  const std::string& error() const { return error_; }
  SafetensorsHeader take_header() { return std::move(header_); }

  bool null() override { return refuse_value("null"); }
  bool boolean(bool) override { return refuse_value("a truth value"); }
  bool number_integer(number_integer_t) override { return refuse_value("a negative number"); }
  bool number_float(number_float_t, const string_t&) override {
    return refuse_value("a fraction or a number beyond 64 bits");
  }
  bool binary(binary_t&) override { return refuse_value("binary data"); }

  bool number_unsigned(number_unsigned_t value) override {
    if (place_ == Place::kShape) return add_size(value);
    if (place_ == Place::kOffsets) return add_offset(value);
    return refuse_value("a number");
  }

  bool string(string_t& value) override {
    if (place_ == Place::kMetadata) {
      header_.metadata.emplace(std::move(field_), std::move(value));
      return true;
    }
    if (place_ != Place::kTensor || field_ != "dtype") return refuse_value("a text");
    dtype_ = dtype_of(value);
    if (dtype_.has_value()) return true;
    return refuse(absl::StrCat(where(), " is ", in_quotes(value),
                               "; expected one of F64 F32 F16 BF16 I64 I32 I16 I8 U8 BOOL"));
  }

  bool start_object(size_t) override {
    if (place_ == Place::kOutside) {
      place_ = Place::kRoot;
    } else if (place_ != Place::kRoot) {
      return refuse_value("an object");
    } else if (name_ == kMetadataKey) {
      place_ = Place::kMetadata;
    } else {
      place_ = Place::kTensor;
      dtype_.reset();
      shape_.reset();
      offsets_.reset();
    }
    return true;
  }

  bool key(string_t& key) override {
    if (place_ == Place::kRoot) return begin_entry(std::move(key));
    field_ = std::move(key);
    return place_ == Place::kMetadata ? begin_metadata() : begin_field();
  }

  bool end_object() override {
    if (place_ == Place::kTensor && !add_tensor()) return false;
    place_ = place_ == Place::kRoot ? Place::kOutside : Place::kRoot;
    return true;
  }

  bool start_array(size_t) override {
    if (place_ == Place::kTensor && field_ == "shape") {
      place_ = Place::kShape;
      shape_.emplace();
    } else if (place_ == Place::kTensor && field_ == "data_offsets") {
      place_ = Place::kOffsets;
      offsets_.emplace();
    } else {
      return refuse_value("an array");
    }
    return true;
  }

  bool end_array() override {
    if (place_ == Place::kOffsets && offsets_->size() != 2) return refuse_offset_count();
    place_ = Place::kTensor;
    return true;
  }

  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    return refuse(absl::StrCat("the header is not JSON in UTF-8 (byte ", position, ")"));
  }

 private:
  // Where the next key or value belongs.
  enum class Place { kOutside, kRoot, kMetadata, kTensor, kShape, kOffsets };

  bool refuse(std::string reason) {
    error_ = std::move(reason);
    return false;
  }

  bool refuse_value(const char* found) {
    return refuse(absl::StrCat(where(), " is ", found, "; expected ", expected()));
  }

  std::string where() const {
    switch (place_) {
      case Place::kMetadata:
        return absl::StrCat("entry ", in_quotes(field_), " of ", kMetadataKey);
      case Place::kTensor:
        return absl::StrCat("the ", field_, " of tensor ", in_quotes(name_));
      case Place::kShape:
      case Place::kOffsets:
        return absl::StrCat("a number in the ", field_, " of tensor ", in_quotes(name_));
      default:
        return absl::StrCat("entry ", in_quotes(name_), " of the header");
    }
  }

  const char* expected() const {
    if (place_ == Place::kMetadata) return "a text";
    if (place_ == Place::kTensor) return field_ == "dtype" ? "a text" : "an array";
    if (place_ == Place::kRoot) return "an object";
    return "an integer of at least 0";
  }

  bool begin_entry(std::string name) {
    name_ = std::move(name);
    const bool is_metadata = name_ == kMetadataKey;
    if (is_metadata ? std::exchange(has_metadata_, true) : header_.tensors.contains(name_)) {
      return refuse(absl::StrCat("the header has two entries ", in_quotes(name_)));
    }
    if (is_metadata || header_.tensors.size() < kMostTensors) return true;
    return refuse(absl::StrCat("the header has more than ", kMostTensors, " tensors"));
  }

  bool begin_metadata() {
    if (header_.metadata.contains(field_)) {
      return refuse(absl::StrCat(kMetadataKey, " has two entries ", in_quotes(field_)));
    }
    if (header_.metadata.size() < kMostMetadata) return true;
    return refuse(absl::StrCat(kMetadataKey, " has more than ", kMostMetadata, " entries"));
  }

  // A field that the format does not know could change what the bytes mean: it is not skipped.
  bool begin_field() {
    const bool is_known = field_ == "dtype" || field_ == "shape" || field_ == "data_offsets";
    if (!is_known) {
      return refuse(absl::StrCat("tensor ", in_quotes(name_), " has a field ", in_quotes(field_),
                                 "; expected dtype, shape and data_offsets"));
    }
    const bool is_second = field_ == "dtype"   ? dtype_.has_value()
                           : field_ == "shape" ? shape_.has_value()
                                               : offsets_.has_value();
    if (!is_second) return true;
    return refuse(absl::StrCat("tensor ", in_quotes(name_), " has two fields ", in_quotes(field_)));
  }

  bool add_size(uint64_t size) {
    if (size > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      return refuse(absl::StrCat(where(), " is ", size, ", beyond 63 bits"));
    }
    if (shape_->size() == kLargestRank) {
      return refuse(absl::StrCat("tensor ", in_quotes(name_), " has more than ", kLargestRank,
                                 " dimensions"));
    }
    shape_->push_back(static_cast<int64_t>(size));
    return true;
  }

  bool add_offset(uint64_t offset) {
    if (offsets_->size() == 2) return refuse_offset_count();
    offsets_->push_back(offset);
    return true;
  }

  bool refuse_offset_count() {
    return refuse(absl::StrCat("the data_offsets of tensor ", in_quotes(name_),
                               " are not two numbers; expected [begin, end]"));
  }

  // The fields of a tensor are complete: checks them against each other and the data.
  bool add_tensor() {
    const std::string subject = absl::StrCat("tensor ", in_quotes(name_));
    const char* missing = !dtype_.has_value()     ? "dtype"
                          : !shape_.has_value()   ? "shape"
                          : !offsets_.has_value() ? "data_offsets"
                                                  : nullptr;
    if (missing != nullptr) return refuse(absl::StrCat(subject, " has no ", missing));
    const uint64_t begin = (*offsets_)[0];
    const uint64_t end = (*offsets_)[1];
    if (begin > end) {
      return refuse(absl::StrCat(subject, " begins at byte ", begin, " and ends before, at ", end));
    }
    if (end > data_size_) {
      return refuse(absl::StrCat(subject, " ends at byte ", end,
                                 " of the data, but there are only ", data_size_,
                                 ": the file is cut short"));
    }
    const std::optional<uint64_t> count = byte_count(*dtype_, *shape_);
    if (count != end - begin) {
      const std::string needed = count.has_value() ? absl::StrCat(*count) : "more than 2^64";
      return refuse(absl::StrCat(subject, " has ", end - begin, " bytes; ", dtype_name(*dtype_),
                                 " of shape ", shape_text(*shape_), " needs ", needed));
    }
    header_.tensors.emplace(std::move(name_),
                            SafetensorsEntry{*dtype_, *std::move(shape_), begin, end});
    return true;
  }

  const uint64_t data_size_;
  SafetensorsHeader header_;
  std::string error_;
  Place place_ = Place::kOutside;
  bool has_metadata_ = false;
  std::string name_;   // of the entry that is being read
  std::string field_;  // of the tensor, or key of the metadata
  std::optional<DType> dtype_;
  std::optional<std::vector<int64_t>> shape_;
  std::optional<std::vector<uint64_t>> offsets_;
};

// The tensors one after the other, from the first byte to the last.
absl::Status check_layout(const std::map<std::string, SafetensorsEntry>& tensors,
                          uint64_t data_size) {
  using Item = std::pair<const std::string, SafetensorsEntry>;
  std::vector<const Item*> items;
  items.reserve(tensors.size());
  for (const Item& item : tensors) items.push_back(&item);
  std::sort(items.begin(), items.end(), [](const Item* a, const Item* b) {
    return std::pair(a->second.begin, a->second.end) < std::pair(b->second.begin, b->second.end);
  });
  uint64_t covered = 0;
  for (const Item* item : items) {
    if (item->second.begin != covered) {
      return absl::InvalidArgumentError(absl::StrCat(
          "tensor ", in_quotes(item->first), " begins at byte ", item->second.begin,
          item->second.begin < covered ? ", inside the one before it, which ends at "
                                       : ", leaving a hole after the one before it, which ends at ",
          covered));
    }
    covered = item->second.end;
  }
  if (covered == data_size) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the tensors end at byte ", covered, " of the data, but there are ", data_size));
}

}  // namespace

const char* dtype_name(DType dtype) { return row_of(dtype).name; }

size_t dtype_size(DType dtype) { return row_of(dtype).size; }

absl::StatusOr<SafetensorsHeader> parse_safetensors_header(std::string_view json,
                                                           uint64_t data_size) {
  if (json.empty() || json.front() != '{') {
    return absl::InvalidArgumentError("the header does not begin with '{'");
  }
  // The padding at the end is no token.
  json = json.substr(0, json.find_last_not_of(' ') + 1);
  // The JSON library takes a zero byte for the end of the text.
  if (const size_t zero = json.find('\0'); zero != std::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("the header is not JSON in UTF-8 (byte ", zero + 1, " is zero)"));
  }
  if (has_long_token(json)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the header has a text or gap of more than ", kLongestToken, " bytes"));
  }
  HeaderHandler handler(data_size);
  if (!nlohmann::json::sax_parse(json.begin(), json.end(), &handler)) {
    return absl::InvalidArgumentError(handler.error());
  }
  SafetensorsHeader header = handler.take_header();
  if (absl::Status status = check_layout(header.tensors, data_size); !status.ok()) return status;
  return header;
}

}  // namespace eif
