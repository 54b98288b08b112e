// What influence is measured between: samples, each one or more statements.
//
//   eif::Sample chain{"chain", {"a klarbu is a pimjon", "all pimjons have a greev"}};
//   eif::Sample seven{"seven", {eif::LabelledImage{image, 7}}};
//   eif::Sample lives{"lives", {eif::PromptedText{"Corvan lives in", " Paris."}}};
//
// Training on a sample is one gradient step per statement, in order. Its loss is the sum over the
// scored tokens (for an image: the cross-entropy of its label) divided by their number.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace eif {

enum class Modality { kText, kImage };

// A grey-scale picture. Pixels are row-major; ink is 1 and paper 0 before noise, which may leave
// that range.
struct Image {
  int height = 0;
  int width = 0;
  std::vector<float> pixels;  // height * width
};

struct LabelledImage {
  Image image;
  int label = 0;
};

// A text of which only the completion is trained on and scored; the prompt is read before it. The
// two are one text, with nothing between them.
struct PromptedText {
  std::string prompt;
  std::string completion;
};

// The unit of one gradient step: UTF-8 text, one labelled image, or text that is scored in part.
using Statement = std::variant<std::string, LabelledImage, PromptedText>;

// All that is read of a text; nothing of an image.
inline std::optional<std::string> text_of(const Statement& statement) {
  if (const auto* text = std::get_if<std::string>(&statement)) return *text;
  if (const auto* prompted = std::get_if<PromptedText>(&statement)) {
    return prompted->prompt + prompted->completion;
  }
  return std::nullopt;
}

struct Sample {
  std::string id;  // distinct within one request; names its row and column in every report
  std::vector<Statement> statements;
};

// In the same order.
inline std::vector<std::string> ids_of(const std::vector<Sample>& samples) {
  std::vector<std::string> ids;
  for (const Sample& sample : samples) ids.push_back(sample.id);
  return ids;
}

}  // namespace eif
