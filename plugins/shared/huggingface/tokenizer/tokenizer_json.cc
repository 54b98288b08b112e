#include "plugins/shared/huggingface/tokenizer/tokenizer_json.h"

#include <memory>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "plugins/shared/huggingface/tokenizer/json_reader.h"
#include "suite/formats/json_tree.h"

namespace eif::tokenizer {
namespace {

using Json = nlohmann::json;

// A sink that says in one place what becomes of a value, and in one what of a bracket.
class PartSink : public JsonSink {
 public:
  bool null() final { return value(nullptr); }
  bool boolean(bool it) final { return value(it); }
  bool number_integer(number_integer_t it) final { return value(it); }
  bool number_unsigned(number_unsigned_t it) final { return value(it); }
  bool number_float(number_float_t it, const string_t&) final { return value(it); }
  bool string(string_t& text) override { return value(text); }
  bool key(string_t&) override { return true; }
  bool start_object(size_t) final { return bracket('{'); }
  bool end_object() final { return bracket('}'); }
  bool start_array(size_t) final { return bracket('['); }
  bool end_array() final { return bracket(']'); }

 protected:
  virtual bool value(const Json& it) = 0;
  virtual bool bracket(char it) = 0;
};

// What stands within $.model.vocab.
class VocabularySink final : public PartSink {
 public:
  explicit VocabularySink(Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  bool key(string_t& piece) override {
    piece_ = std::move(piece);
    if (vocabulary_.size() < kMostPieces) return true;
    return refuse(absl::StrCat("$.model.vocab: found more than ", kMostPieces,
                               " pieces. No vocabulary is that large."));
  }

 private:
  bool value(const Json& id) override {
    // A number above the largest int64_t is an unsigned one.
    if (!id.is_number_integer() || id < 0 || id > kLargestId) {
      return wrong(excerpt(id), absl::StrCat("a token id from 0 to ", kLargestId));
    }
    const auto number = id.get<int32_t>();
    if (!ids_.insert(number).second) {
      return wrong(absl::StrCat(number), "an id that no other piece has");
    }
    if (vocabulary_.emplace(std::move(piece_), number).second) return true;
    return refuse(absl::StrCat("$.model.vocab has the piece of the token ", number,
                               " twice; expected each piece once"));
  }
  bool bracket(char it) override { return it == '}' || wrong(std::string(1, it), "a token id"); }

  bool wrong(const std::string& found, const std::string& expected) {
    return refuse(
        absl::StrCat("$.model.vocab.", piece_, ": found ", found, ", expected ", expected));
  }

  Vocabulary& vocabulary_;
  absl::flat_hash_set<int32_t> ids_;
  std::string piece_;
};

// What stands within $.model.merges: "left right" in older files, ["left", "right"] in newer ones.
class MergeSink final : public PartSink {
 public:
  explicit MergeSink(MergeList& merges) : merges_(merges) {}

  bool string(string_t& text) override {
    if (in_pair_) {
      pair_.push_back(std::move(text));
      return pair_.size() <= 2 || wrong(Json(pair_));
    }
    const size_t index = index_++;
    if (text.starts_with("#version")) return true;  // the heading of a merges.txt that came along
    const size_t space = text.find(' ');
    if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) {
      return wrong(Json(text), index);
    }
    const std::string_view merge = text;
    return add(merge.substr(0, space), merge.substr(space + 1), index);
  }

 private:
  bool value(const Json& it) override { return wrong(it); }

  bool bracket(char it) override {
    if (it == '[' && !in_pair_) {
      in_pair_ = true;
      pair_.clear();
      return true;
    }
    if (it == ']' && in_pair_) {
      in_pair_ = false;
      if (pair_.size() != 2) return wrong(Json(pair_));
      return add(pair_[0], pair_[1], index_++);
    }
    return it == ']' || wrong(Json::object());
  }

  bool add(std::string_view left, std::string_view right, size_t index) {
    if (merges_.size() >= kMostMerges) {
      return refuse(absl::StrCat("$.model.merges: found more than ", kMostMerges,
                                 " merges. No tokenizer has that many."));
    }
    merges_.add(left, right, index);
    return true;
  }

  bool wrong(const Json& found) { return wrong(found, index_); }
  bool wrong(const Json& found, size_t index) {
    return refuse(absl::StrCat("$.model.merges[", index, "]: found ", excerpt(found),
                               ", expected \"left right\" or [\"left\", \"right\"]"));
  }

  MergeList& merges_;
  size_t index_ = 0;
  bool in_pair_ = false;
  std::vector<std::string> pair_;
};

// Other kinds of models have a list of pieces as their vocabulary. The kind is what is wrong with
// such a file, so nothing of the list is kept.
class Skipped final : public PartSink {
 private:
  bool value(const Json&) override { return true; }
  bool bracket(char) override { return true; }
};

// Gives each part of the file to who keeps it.
class FileSink final : public JsonSink {
 public:
  explicit FileSink(TokenizerJson& parts) : parts_(parts) {}

  // Why the reading ended, if a sink ended it.
  std::string reason() const {
    if (!refusal().empty()) return refusal();
    return part_ != nullptr ? part_->refusal() : tree_.refusal();
  }
  Json take_rest() { return tree_.take(); }

  bool null() override { return count() && here().null(); }
  bool boolean(bool it) override { return count() && here().boolean(it); }
  bool number_integer(number_integer_t it) override { return count() && here().number_integer(it); }
  bool number_unsigned(number_unsigned_t it) override {
    return count() && here().number_unsigned(it);
  }
  bool number_float(number_float_t it, const string_t& text) override {
    return count() && here().number_float(it, text);
  }
  bool string(string_t& text) override { return count() && here().string(text); }

  bool key(string_t& name) override {
    if (part_ == nullptr) keys_.back() = name;
    return here().key(name);
  }

  bool start_object(size_t size) override {
    if (part_ == nullptr && is_field_of_model("vocab")) {
      return start_part(std::make_unique<VocabularySink>(parts_.vocabulary.emplace()));
    }
    return open() && here().start_object(size);
  }
  bool start_array(size_t size) override {
    if (part_ == nullptr && is_field_of_model("merges")) {
      return start_part(std::make_unique<MergeSink>(parts_.merges.emplace()));
    }
    if (part_ == nullptr && is_field_of_model("vocab")) {
      return start_part(std::make_unique<Skipped>());
    }
    return open() && here().start_array(size);
  }
  bool end_object() override { return close() || here().end_object(); }
  bool end_array() override { return close() || here().end_array(); }

 private:
  JsonSink& here() {
    if (part_ != nullptr) return *part_;
    return tree_;
  }

  bool is_field_of_model(std::string_view name) const {
    return keys_.size() == 2 && keys_[0] == "model" && keys_[1] == name;
  }

  bool start_part(std::unique_ptr<PartSink> part) {
    part_ = std::move(part);
    part_depth_ = keys_.size();
    return true;
  }
  bool open() {
    keys_.emplace_back();
    return count();
  }
  // Whether this bracket was the end of a part, which the tree does not have.
  bool close() {
    if (part_ != nullptr && keys_.size() == part_depth_) {
      part_.reset();
      return true;
    }
    keys_.pop_back();
    return false;
  }

  bool count() {
    if (part_ != nullptr || ++values_ <= kMostOtherValues) return true;
    return refuse(absl::StrCat("has more than ", kMostOtherValues,
                               " values beside its vocabulary and merges. No real tokenizer.json "
                               "has."));
  }

  TokenizerJson& parts_;
  JsonTree tree_;
  std::unique_ptr<PartSink> part_;
  size_t part_depth_ = 0;
  std::vector<std::string> keys_;  // the last key in each bracket that is open
  size_t values_ = 0;
};

}  // namespace

MergeList::Merge MergeList::operator[](size_t i) const {
  const Entry& entry = entries_[i];
  const std::string_view text = text_;
  return {text.substr(entry.begin, entry.left_bytes),
          text.substr(entry.begin + entry.left_bytes, entry.right_bytes), entry.index};
}

void MergeList::add(std::string_view left, std::string_view right, size_t index) {
  entries_.push_back({text_.size(), static_cast<uint32_t>(left.size()),
                      static_cast<uint32_t>(right.size()), static_cast<uint32_t>(index)});
  text_.append(left).append(right);
}

absl::StatusOr<TokenizerJson> read_tokenizer_json(std::string_view text, const std::string& name) {
  TokenizerJson parts;
  FileSink sink(parts);
  const absl::Status status = read_json(text, name, sink);
  if (const std::string reason = sink.reason(); !status.ok() && !reason.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": ", reason));
  }
  if (!status.ok()) return status;
  parts.rest = sink.take_rest();
  return parts;
}

}  // namespace eif::tokenizer
