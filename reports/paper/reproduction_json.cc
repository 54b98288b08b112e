#include "reports/paper/reproduction_json.h"

#include "reports/run_json.h"

namespace eif {
namespace {

constexpr int kSchema = 1;

const char* role_name(EvidenceRole role) {
  switch (role) {
    case EvidenceRole::kPrimary:
      return "primary";
    case EvidenceRole::kPlain:
      return "plain";
    case EvidenceRole::kSecondary:
      return "secondary";
    case EvidenceRole::kObservation:
      break;
  }
  return "observation";
}

Json number_json(const ClaimNumber& number_of_seeds) {
  Json json = {{"mean", number(mean_of(number_of_seeds.per_seed))},
               {"seeds", number_of_seeds.seeds},
               {"per_seed", numbers(number_of_seeds.per_seed)}};
  if (!number_of_seeds.verdict.empty()) json["verdict"] = number_of_seeds.verdict;
  return json;
}

Json count_json(const ClaimCount& count) {
  return {{"as_claimed", count.as_claimed},
          {"otherwise", count.otherwise},
          {"undecided", count.undecided}};
}

Json evidence_json(const ClaimEvidence& entry) {
  Json json = {{"id", entry.id},
               {"what", entry.what},
               {"unit", entry.unit},
               {"role", role_name(entry.role)}};
  if (!entry.claimed_verdict.empty()) json["claimed"] = entry.claimed_verdict;
  json["fine_tuning"] = number_json(entry.by_fine_tuning);
  if (entry.in_context) json["in_context"] = number_json(*entry.in_context);
  return json;
}

Json claim_json(const ReproducedClaim& claim) {
  Json evidence = Json::array();
  for (const ClaimEvidence& entry : claim.evidence) evidence.push_back(evidence_json(entry));
  const ClaimCount primary = count_of(claim, EvidenceRole::kPrimary);
  return {{"id", claim.id},
          {"section", claim.section},
          {"claim", claim.claim},
          {"stance", stance_of(primary)},
          {"primary", count_json(primary)},
          {"plain", count_json(count_of(claim, EvidenceRole::kPlain))},
          {"evidence", evidence}};
}

Json figure_json(const ModelReproduction& model, const ReproducedFigure& figure,
                 size_t number_on_page) {
  Json data = Json::array();
  for (const auto& [name, matrix] : figure.matrices) {
    data.push_back(figure_path(model, name, ".csv"));
    data.push_back(figure_path(model, name, ".npy"));
  }
  for (const auto& [name, table] : figure.tables) data.push_back(figure_path(model, name, ".csv"));
  Json singles = Json::object();
  for (const auto& [name, value] : figure.numbers) singles[name] = number(value);
  return {{"id", figure.id},       {"number", number_on_page},
          {"title", figure.title}, {"of_paper", figure.of_paper},
          {"paper", figure.paper}, {"svg", figure_path(model, figure.id, ".svg")},
          {"data", data},          {"numbers", singles}};
}

}  // namespace

std::string reproduction_json(const RunResult& run, const std::vector<ModelReproduction>& models) {
  Json list = Json::array();
  size_t figure_number = 0;
  for (const ModelReproduction& model : models) {
    Json figures = Json::array(), claims = Json::array();
    for (const ReproducedFigure& figure : model.figures) {
      figures.push_back(figure_json(model, figure, ++figure_number));
    }
    for (const ReproducedClaim& claim : model.claims) claims.push_back(claim_json(claim));
    list.push_back(
        {{"model", model.model}, {"seeds", model.seeds}, {"figures", figures}, {"claims", claims}});
  }
  const Json document = {{"schema", kSchema},
                         {"paper", "arXiv 2406.00509"},
                         {"context", context_json(run)},
                         {"models", list}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace eif
