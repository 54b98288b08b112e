#include "plugins/shared/huggingface/tokenizer/template_processing.h"

#include <string>

namespace eif::tokenizer {
namespace {

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
    } else if (type == "TemplateProcessing") {
      if (has_template_) return node.unsupported("one TemplateProcessing only");
      has_template_ = true;
      read_template(node);
    } else {
      node["type"].unsupported("Sequence, ByteLevel or TemplateProcessing");
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
    for (const JsonNode& id : token["ids"].elements()) {
      if (!pieces_.contains(id.token_id())) id.reject("an id of the vocabulary");
      (text_seen ? result_.suffix : result_.prefix).push_back(id.token_id());
    }
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
