#include <cmath>
#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "desiderata/noise_invariance/noise_invariance.h"
#include "domains/domain.h"
#include "domains/text_noise.h"
#include "eif/matrix_summary.h"

namespace eif {
namespace {

constexpr char kDomain[] = "paraphrases";
constexpr char kClean[] = "clean";
constexpr char kNoisyToClean[] = "noisy_to_clean";
constexpr char kCleanToNoisy[] = "clean_to_noisy";
constexpr char kNoiseToClean[] = "random_words_to_clean";

// A fact, and the paraphrase of it that noise is added to: as related as two images of one digit.
struct Pair {
  const char* fact;
  const char* paraphrase;
};
constexpr Pair kPairs[] = {{"sold", "sold_light"}, {"mother", "mother_light"}};
constexpr double kPairCount = std::size(kPairs);

enum class Moved { kSyllables, kWords };

struct TextNoise {
  Moved moved;
  double rate;
  const char* name;  // in ids
  // As with images: a little noise leaves a text as readable as it was, and does not decide.
  bool primary;
};
constexpr TextNoise kNoises[] = {{Moved::kSyllables, 0.25, "syllables_0.25", false},
                                 {Moved::kSyllables, 0.5, "syllables_0.5", true},
                                 {Moved::kSyllables, 1, "syllables_1", true},
                                 {Moved::kWords, 0.25, "words_0.25", false},
                                 {Moved::kWords, 0.5, "words_0.5", true},
                                 {Moved::kWords, 1, "words_1", true}};

std::string noisy_id(const TextNoise& noise, const Pair& pair) {
  return absl::StrCat(noise.name, "_", pair.paraphrase);
}

std::string text_of(const Sample& sample) { return std::get<std::string>(sample.statements[0]); }

// The samples that noise is about.
struct Texts {
  std::vector<Sample> facts;        // as kPairs
  std::vector<Sample> paraphrases;  // likewise
  std::vector<std::string> names;   // made-up words in them
};

absl::StatusOr<Texts> clean_texts(const Draw& draw) {
  const absl::StatusOr<const DomainTemplate*> domain_template = find_domain(kDomain);
  if (!domain_template.ok()) return domain_template.status();
  const absl::StatusOr<std::vector<std::string>> names = placeholders(**domain_template);
  if (!names.ok()) return names.status();
  const absl::StatusOr<Domain> domain = fill(**domain_template, draw);
  if (!domain.ok()) return domain.status();
  absl::StatusOr<std::vector<std::string>> words = draw.words(names->size());
  if (!words.ok()) return words.status();
  Texts texts{.names = *std::move(words)};
  for (const Pair& pair : kPairs) {
    absl::StatusOr<Sample> fact = domain->find(pair.fact);
    if (!fact.ok()) return fact.status();
    absl::StatusOr<Sample> paraphrase = domain->find(pair.paraphrase);
    if (!paraphrase.ok()) return paraphrase.status();
    texts.facts.push_back(*std::move(fact));
    texts.paraphrases.push_back(*std::move(paraphrase));
  }
  return texts;
}

std::vector<Sample> noisy_texts(const Texts& texts, const Draw& draw) {
  std::vector<Sample> noisy;
  for (const TextNoise& noise : kNoises) {
    const std::unique_ptr<Random> random = draw.random(absl::StrCat("text noise ", noise.name));
    for (size_t i = 0; i < std::size(kPairs); ++i) {
      const std::string text = text_of(texts.paraphrases[i]);
      noisy.push_back({noisy_id(noise, kPairs[i]),
                       {noise.moved == Moved::kSyllables
                            ? scramble_syllables(text, texts.names, noise.rate, *random)
                            : shuffle_words(text, noise.rate, *random)}});
    }
  }
  return noisy;
}

// As many words as the paraphrase has, none of which stands anywhere else.
absl::StatusOr<std::vector<Sample>> random_words(const Texts& texts, const Draw& draw) {
  std::vector<size_t> lengths;
  size_t needed = texts.names.size();
  for (const Sample& paraphrase : texts.paraphrases) {
    const std::vector<std::string> words =
        absl::StrSplit(text_of(paraphrase), absl::ByAnyChar(" \t\r\n"));
    lengths.push_back(words.size());
    needed += words.size();
  }
  const absl::StatusOr<std::vector<std::string>> words = draw.words(needed);
  if (!words.ok()) return words.status();
  std::vector<Sample> samples;
  auto next = words->begin() + static_cast<std::ptrdiff_t>(texts.names.size());
  for (size_t i = 0; i < std::size(kPairs); ++i) {
    const auto end = next + static_cast<std::ptrdiff_t>(lengths[i]);
    samples.push_back({absl::StrCat("random_words_", kPairs[i].paraphrase),
                       {pure_noise_text({next, end}, text_of(texts.paraphrases[i]))}});
    next = end;
  }
  return samples;
}

std::string clean_over_noisy(const TextNoise& noise) {
  return absl::StrCat("clean_teaches_more_than_noisy_", noise.name);
}

std::string clean_over_back(const TextNoise& noise) {
  return absl::StrCat("clean_helps_noisy_more_than_back_", noise.name);
}

}  // namespace

void state_noisy_texts(DesideratumInfo& info) {
  info.observations.push_back({.id = "clean_text_to_clean",
                               .unit = "nats per token",
                               .claim = "mean influence of a paraphrase on its fact",
                               .only_for = Modality::kText});
  for (const TextNoise& noise : kNoises) {
    const std::string which = absl::StrCat("a share of ", noise.rate,
                                           noise.moved == Moved::kSyllables
                                               ? " of the syllables of made-up words elsewhere"
                                               : " of the words elsewhere");
    info.expectations.push_back(
        {.id = clean_over_noisy(noise),
         .primary = noise.primary,
         .claim =
             absl::StrCat("mean EIF(paraphrase→fact) − EIF(noisy paraphrase→fact) > 0, ", which),
         .self_scale = kDomain,
         .only_for = Modality::kText});
    info.expectations.push_back(
        {.id = clean_over_back(noise),
         .primary = noise.primary,
         .claim = absl::StrCat("mean EIF(fact→noisy paraphrase) − EIF(noisy paraphrase→fact) > 0, ",
                               which),
         .self_scale = kDomain,
         .only_for = Modality::kText});
    info.observations.push_back(
        {.id = absl::StrCat(noise.name, "_to_clean"),
         .unit = "nats per token",
         .claim = absl::StrCat("mean influence of a noisy paraphrase on its fact, ", which),
         .only_for = Modality::kText});
  }
  info.expectations.push_back({.id = "random_words_teach_nothing",
                               .kind = ExpectationKind::kInvariance,
                               .claim = "mean |EIF(random words→clean)| is 0 (Eq. 6)",
                               .self_scale = kDomain,
                               .only_for = Modality::kText});
  info.observations.push_back({.id = kNoiseToClean,
                               .unit = "nats per token",
                               .claim = "mean influence of random words on clean texts",
                               .only_for = Modality::kText});
}

absl::StatusOr<std::vector<Request>> plan_noisy_texts(const Draw& draw) {
  const absl::StatusOr<Texts> texts = clean_texts(draw);
  if (!texts.ok()) return texts.status();
  const std::vector<Sample> noisy = noisy_texts(*texts, draw);
  absl::StatusOr<std::vector<Sample>> noise = random_words(*texts, draw);
  if (!noise.ok()) return noise.status();
  std::vector<Sample> clean = texts->facts;
  clean.insert(clean.end(), texts->paraphrases.begin(), texts->paraphrases.end());
  std::set<Cell> to_fact, from_fact;  // between a fact and its noisy paraphrases
  for (const TextNoise& one : kNoises) {
    for (const Pair& pair : kPairs) {
      to_fact.insert({noisy_id(one, pair), pair.fact});
      from_fact.insert({pair.fact, noisy_id(one, pair)});
    }
  }
  return std::vector<Request>{
      {.name = kClean, .domain = kDomain, .trained = clean, .evaluated = clean},
      {.name = kNoisyToClean,
       .domain = kDomain,
       .trained = noisy,
       .evaluated = texts->facts,
       .only = to_fact},
      {.name = kCleanToNoisy,
       .domain = kDomain,
       .trained = texts->facts,
       .evaluated = noisy,
       .only = from_fact},
      {.name = kNoiseToClean, .domain = kDomain, .trained = *std::move(noise), .evaluated = clean}};
}

Scores score_noisy_texts(const Answers& answers) {
  double clean_to_clean = 0;
  for (const Pair& pair : kPairs) {
    clean_to_clean += answers.at(kClean).at(pair.paraphrase, pair.fact) / kPairCount;
  }
  Scores scores;
  scores.observations["clean_text_to_clean"] = clean_to_clean;
  for (const TextNoise& noise : kNoises) {
    double noisy_to_clean = 0, clean_to_noisy = 0;
    for (const Pair& pair : kPairs) {
      const std::string id = noisy_id(noise, pair);
      noisy_to_clean += answers.at(kNoisyToClean).at(id, pair.fact) / kPairCount;
      clean_to_noisy += answers.at(kCleanToNoisy).at(pair.fact, id) / kPairCount;
    }
    scores.observations[absl::StrCat(noise.name, "_to_clean")] = noisy_to_clean;
    scores.effects[clean_over_noisy(noise)] = clean_to_clean - noisy_to_clean;
    scores.effects[clean_over_back(noise)] = clean_to_noisy - noisy_to_clean;
  }
  const Matrix& noise = answers.at(kNoiseToClean);
  const auto all = [](size_t, size_t) { return true; };
  scores.observations[kNoiseToClean] = mean_where(noise, all);
  scores.effects["random_words_teach_nothing"] =
      mean_of_cells(noise, all, [&](size_t i, size_t j) { return std::abs(noise.at(i, j)); });
  return scores;
}

}  // namespace eif
