#include "domains/neutral.h"

#include <memory>
#include <utility>

#include "domains/claims.h"
#include "domains/embedded.h"

namespace eif {

const std::vector<std::string>& neutral_sentences() {
  static const std::vector<std::string>& sentences = *new std::vector<std::string>(
      *parse_claims(embedded_neutral().text, embedded_neutral().file));
  return sentences;
}

std::vector<std::string> neutral_sentences(const Draw& draw) {
  std::vector<std::string> sentences = neutral_sentences();
  const std::unique_ptr<Random> random = draw.random("neutral context");
  for (size_t i = sentences.size(); i > 1; --i) {
    std::swap(sentences[i - 1], sentences[random->below(i)]);
  }
  return sentences;
}

}  // namespace eif
