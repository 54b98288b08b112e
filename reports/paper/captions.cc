#include "reports/paper/captions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace eif {

std::string seeds_text(const std::vector<uint64_t>& seeds) {
  if (seeds.empty()) return "no seed";
  if (seeds.size() == 1) return absl::StrCat("seed ", seeds.front());
  for (size_t i = 1; i < seeds.size(); ++i) {
    if (seeds[i] != seeds[i - 1] + 1) return absl::StrCat("seeds ", absl::StrJoin(seeds, ", "));
  }
  return absl::StrCat("seeds ", seeds.front(), "–", seeds.back());
}

Captions::Captions(const ModelContext& model, const RunRequest& request,
                   std::vector<uint64_t> seeds)
    : seeds_(std::move(seeds)),
      circumstances_(absl::StrFormat("%s, %slearning rate %g, engine %s, %s, %s on %s, %s",
                                     model.name, request.is_control() ? request.control + ", " : "",
                                     model.learning_rate, request.engine,
                                     training_text(request.training), request.dtype,
                                     request.device, seeds_text(seeds_))) {}

std::string Captions::with(const std::string& sentence) const {
  return has_several_seeds() ? absl::StrCat(plain(), " ", sentence) : plain();
}

std::string Captions::of_means() const {
  return with(absl::StrCat("Means over ", seeds_.size(), " seeds."));
}

std::string Captions::of_whiskers() const {
  return with(absl::StrCat("Whiskers: the smallest and the largest of ", seeds_.size(), " seeds."));
}

std::string Captions::of_first_seed() const {
  return with(absl::StrCat("Shown: seed ", seeds_.empty() ? 0 : seeds_.front(), "."));
}

}  // namespace eif
