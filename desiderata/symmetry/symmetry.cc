#include "domains/images/digit_samples.h"
#include "eif/matrix_summary.h"
#include "eif/plugin.h"

namespace eif {
namespace {

constexpr char kDigits[] = "digits";

class Symmetry final : public Desideratum {
 public:
  DesideratumInfo info() const override {
    return {
        .claim = "Interchangeable samples help each other equally; influence is one-sided only "
                 "where logic is.",
        .paper_section = "1.2, 2.1",
        .modalities = {Modality::kImage},
        .holds = "influence is symmetric: what i does for j, j does for i",
        .violated = "interchangeable samples do not help each other equally",
        .expectations = {{.id = "mutual_influence",
                          .kind = ExpectationKind::kInvariance,
                          .claim = "mean |EIF(i→j) − EIF(j→i)| over clean images i ≠ j is 0",
                          .self_scale = kDigits}},
        .observations = {
            {.id = "symmetry_correlation",
             .unit = "1",
             .claim = "correlation of EIF(i→j) with EIF(j→i), i ≠ j"},
            {.id = "asymmetry_ratio", .unit = "1", .claim = "‖E − Eᵀ‖ / ‖E + Eᵀ‖"},
            {.id = "same_class_mean",
             .unit = "nats",
             .claim = "mean influence on other images of the same digit"},
            {.id = "other_class_mean",
             .unit = "nats",
             .claim = "mean influence on images of other digits"}}};
  }

  absl::StatusOr<std::vector<Request>> plan(const Draw& draw) const override {
    const absl::StatusOr<std::vector<LabelledImage>> images = draw.digits(kDigitsPerClass);
    if (!images.ok()) return images.status();
    const std::vector<Sample> samples = as_samples(*images);
    return std::vector<Request>{
        {.name = kDigits, .domain = kDigits, .trained = samples, .evaluated = samples}};
  }

  absl::StatusOr<Scores> score(const Draw& draw, const Answers& answers) const override {
    const Matrix& matrix = answers.at(kDigits);
    const auto same_class = [](size_t i, size_t j) {
      return i / kDigitsPerClass == j / kDigitsPerClass;
    };
    return Scores{
        .effects = {{"mutual_influence",
                     mean_of_cells(
                         matrix, [](size_t i, size_t j) { return i < j; },
                         [&](size_t i, size_t j) {
                           return std::abs(matrix.at(i, j) - matrix.at(j, i));
                         })}},
        .observations = {
            {"symmetry_correlation", symmetry_correlation(matrix)},
            {"asymmetry_ratio", asymmetry_ratio(matrix)},
            {"same_class_mean",
             mean_where(matrix, [&](size_t i, size_t j) { return i != j && same_class(i, j); })},
            {"other_class_mean",
             mean_where(matrix, [&](size_t i, size_t j) { return !same_class(i, j); })}}};
  }
};

}  // namespace
}  // namespace eif

EIF_DESIDERATUM_PLUGIN(eif::Symmetry, "symmetry", "0.1.0",
                       "interchangeable samples influence each other equally (§1.2, §2.1)")
