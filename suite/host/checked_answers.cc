#include "suite/host/checked_answers.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace eif {
namespace {

absl::Status wrong(const std::string& found, const std::string& expected) {
  return absl::InternalError(absl::StrCat("gave ", found, "; expected ", expected));
}

std::string shape_text(const at::Tensor& tensor) {
  return absl::StrCat("(", absl::StrJoin(tensor.sizes(), ", "), ")");
}

// A text without a token, or of which none is scored, is no error: whoever measures it says so.
absl::Status check_text(const TextExample& text) {
  for (const int64_t id : text.ids) {
    if (id < 0) return wrong(absl::StrCat("the id ", id), "ids from 0 on");
  }
  if (text.first_scored < 1) {
    return wrong(absl::StrCat("first_scored ", text.first_scored), "1 at least");
  }
  if (text.first_of_statement < 0) {
    return wrong(absl::StrCat("first_of_statement ", text.first_of_statement), "0 at least");
  }
  return absl::OkStatus();
}

absl::Status check_image(const ImageExample& image) {
  if (!image.pixels.defined() || image.pixels.dim() != 3) {
    return wrong(image.pixels.defined() ? absl::StrCat("pixels of shape ", shape_text(image.pixels))
                                        : "no pixels",
                 "pixels of shape (channels, height, width)");
  }
  if (image.label < 0) return wrong(absl::StrCat("the label ", image.label), "labels from 0 on");
  return absl::OkStatus();
}

struct BatchSize {
  int64_t rows, statements;
};

BatchSize size_of(const Batch& batch) {
  if (const auto* tokens = std::get_if<TokenBatch>(&batch)) {
    return {tokens->ids.size(0), tokens->statement_count};
  }
  const ImageBatch& images = std::get<ImageBatch>(batch);
  return {images.labels.size(0), images.labels.size(1)};
}

// (R, B, …) with the rows of the batch, or more where it has one and the weights have more.
bool has_rows_and_statements(const at::Tensor& tensor, const BatchSize& size) {
  return tensor.size(0) >= 1 && (size.rows == 1 || tensor.size(0) == size.rows) &&
         tensor.size(1) == size.statements;
}

std::string expected_shape(const BatchSize& size, const char* more) {
  const std::string rows = size.rows == 1 ? "rows" : absl::StrCat(size.rows);
  return absl::StrCat("the shape (", rows, ", ", size.statements, more, ")");
}

// (R, B): how many predictions of the batch belong to each statement.
at::Tensor predictions_of(const Batch& batch, const BatchSize& size) {
  const auto* tokens = std::get_if<TokenBatch>(&batch);
  if (tokens == nullptr) return at::ones_like(std::get<ImageBatch>(batch).labels);
  const at::Tensor& statements = tokens->statements;
  // Padding belongs to statement −1: to none, behind the last.
  const at::Tensor columns = at::where(statements < 0, size.statements, statements);
  return at::zeros({size.rows, size.statements + 1}, statements.options())
      .scatter_add_(1, columns, at::ones_like(statements))
      .narrow(1, 0, size.statements);
}

}  // namespace

absl::Status check_example(const Example& example, const ModelInfo& info) {
  const auto* text = std::get_if<TextExample>(&example);
  const bool is_text = text != nullptr;
  if (is_text != (info.modality == Modality::kText)) {
    return wrong(is_text ? "a text" : "an image",
                 is_text ? "an image, which the model takes" : "a text, which the model takes");
  }
  return is_text ? check_text(*text) : check_image(std::get<ImageExample>(example));
}

absl::Status check_losses(const Losses& losses, const Batch& batch) {
  const BatchSize size = size_of(batch);
  const at::Tensor& nll = losses.nll;
  if (!nll.defined() || nll.dim() != 2 || !has_rows_and_statements(nll, size)) {
    return wrong(nll.defined() ? absl::StrCat("losses of shape ", shape_text(nll)) : "no losses",
                 expected_shape(size, ""));
  }
  if (nll.scalar_type() != at::kFloat && nll.scalar_type() != at::kDouble) {
    return wrong(absl::StrCat("losses of type ", c10::toString(nll.scalar_type())),
                 "Float or Double");
  }
  const at::Tensor& scored = losses.scored;
  if (!scored.defined() || scored.dim() != 2 || scored.size(1) != size.statements ||
      (scored.size(0) != 1 && scored.size(0) != nll.size(0)) || scored.scalar_type() != at::kLong) {
    return wrong(scored.defined()
                     ? absl::StrCat("numbers of scored tokens of shape ", shape_text(scored),
                                    " and type ", c10::toString(scored.scalar_type()))
                     : "no numbers of scored tokens",
                 absl::StrCat(expected_shape(size, ""), " and type Long"));
  }
  if (!(scored == predictions_of(batch, size)).all().item<bool>()) {
    return wrong("other numbers of scored tokens than the batch has predictions",
                 "those of TokenBatch::statements, or 1 for an image");
  }
  return absl::OkStatus();
}

absl::Status check_features(const at::Tensor& features, const Batch& batch) {
  const BatchSize size = size_of(batch);
  if (features.defined() && features.dim() == 3 && has_rows_and_statements(features, size)) {
    return absl::OkStatus();
  }
  return wrong(
      features.defined() ? absl::StrCat("features of shape ", shape_text(features)) : "no features",
      expected_shape(size, ", features"));
}

}  // namespace eif
