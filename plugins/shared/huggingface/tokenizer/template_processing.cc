#include "plugins/shared/huggingface/tokenizer/template_processing.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace eif::tokenizer {
namespace {

// Around one text; real files have 3 at most.
constexpr size_t kMostSpecialTokens = 64;

class Reader {
 public:
  explicit Reader(const PieceById& pieces) : pieces_(pieces) {}

  TemplateProcessing read(const JsonNode& node) {
    if (!node.is_null()) read_processor(node);
    return result_;
  }

 private:
  void read_processor(const JsonNode& node) {
    const std::string type = node["type"].string();
    if (type == "Sequence") {
      node.only_fields({"type", "processors"});
      for (const JsonNode& processor : node["processors"].elements()) read_processor(processor);
    } else if (type == "ByteLevel") {
      // Moves offsets only.
      node.only_fields({"type", "add_prefix_space", "trim_offsets", "use_regex"});
    } else if (type == "TemplateProcessing" || type == "RobertaProcessing" ||
               type == "BertProcessing") {
      if (has_template_) return node.unsupported("one kind of special tokens only");
      has_template_ = true;
      type == "TemplateProcessing" ? read_template(node) : read_pair(node);
    } else {
      node["type"].unsupported(
          "Sequence, ByteLevel, TemplateProcessing, RobertaProcessing or BertProcessing");
    }
  }

  void read_template(const JsonNode& node) {
    // "pair" is for two texts, which are never encoded together here.
    node.only_fields({"type", "single", "pair", "special_tokens"});
    bool text_seen = false;
    for (const JsonNode& piece : node["single"].elements()) {
      piece.only_fields({"Sequence", "SpecialToken"});
      const JsonNode special = piece["SpecialToken"];
      if (!special.is_null()) {
        add_special(node["special_tokens"], special["id"], text_seen);
        if (is_too_long(node["single"])) return;
        continue;
      }
      const JsonNode text = piece["Sequence"]["id"];
      if (text.string() != "A" || text_seen) text.unsupported("the text A, once");
      text_seen = true;
    }
    if (!text_seen) node["single"].reject("a template with {\"Sequence\": {\"id\": \"A\"}}");
  }

  void add_special(const JsonNode& special_tokens, const JsonNode& name, bool text_seen) {
    const JsonNode token = special_tokens[name.string()];
    token.only_fields({"id", "ids", "tokens"});
    const JsonNode ids = token["ids"];
    if (ids.value().size() > kMostSpecialTokens) {
      return ids.fail(absl::InvalidArgumentError(
          absl::StrCat("found ", ids.value().size(), " ids, expected at most ",
                       kMostSpecialTokens)));
    }
    for (const JsonNode& id : ids.elements()) {
      add_id(id, text_seen ? result_.suffix : result_.prefix);
    }
  }

  // The token "cls" in front and "sep" behind, each with its id: ["</s>", 2].
  void read_pair(const JsonNode& node) {
    node.only_fields({"type", "sep", "cls", "trim_offsets", "add_prefix_space"});
    add_id(node["cls"][1], result_.prefix);
    add_id(node["sep"][1], result_.suffix);
  }

  void add_id(const JsonNode& id, std::vector<int32_t>& ids) {
    if (!pieces_.contains(id.token_id())) id.reject("an id of the vocabulary");
    ids.push_back(id.token_id());
  }

  bool is_too_long(const JsonNode& node) const {
    if (result_.prefix.size() + result_.suffix.size() <= kMostSpecialTokens) return false;
    node.fail(absl::InvalidArgumentError(absl::StrCat("found more than ", kMostSpecialTokens,
                                                      " special tokens around a text. No real "
                                                      "tokenizer.json has.")));
    return true;
  }

  const PieceById& pieces_;
  bool has_template_ = false;
  TemplateProcessing result_;
};

}  // namespace

TemplateProcessing read_post_processor(const JsonNode& node, const PieceById& pieces) {
  return Reader(pieces).read(node);
}

}  // namespace eif::tokenizer
