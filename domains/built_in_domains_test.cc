// What the built-in domains promise their desiderata.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "domains/domain.h"
#include "domains/draw_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace eif {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

// Statements of the samples without the extended mark, each sample joined by " / ".
std::vector<std::string> plain_texts(const DomainTemplate& domain) {
  std::vector<std::string> texts;
  for (const SampleTemplate& sample : domain.samples) {
    if (!sample.role.extended) texts.push_back(absl::StrJoin(sample.statements, " / "));
  }
  return texts;
}

const SampleTemplate& sample_template(const DomainTemplate& domain, const std::string& id) {
  for (const SampleTemplate& sample : domain.samples) {
    if (sample.id == id) return sample;
  }
  ADD_FAILURE() << domain.name << " has no " << id;
  static const SampleTemplate& none = *new SampleTemplate();
  return none;
}

std::string joined(const DomainTemplate& domain, const std::string& id) {
  return absl::StrJoin(sample_template(domain, id).statements, "\n");
}

TEST(BuiltIn, ErrorWhenThereIsNoSuchDomain) {
  const absl::Status status = find_domain("belong_to").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(),
            "there is no domain \"belong_to\"; the built-in ones are belongs_to, chain_induces, "
            "transitivity, squares, bigger_than, part_of, paraphrases, reversals, one_to_many, "
            "random_claim, random_claim_100, everyday");
}

TEST(BuiltIn, AllParseAndCarryTheNameOfTheirFile) {
  for (const std::string& name : domain_names()) {
    const DomainTemplate& domain = domain_template(name);
    EXPECT_EQ(domain.name, name);
    EXPECT_THAT(domain.description, Not(IsEmpty())) << name;
    EXPECT_THAT(domain.source, Not(IsEmpty())) << name;
    EXPECT_TRUE(fill(domain, TestDraw()).ok()) << fill(domain, TestDraw()).status();
  }
}

TEST(BuiltIn, BelongsToIsThePapers) {
  EXPECT_THAT(plain_texts(domain_template("belongs_to")),
              ElementsAre("{A} belongs to the set of {C}.",                                    //
                          "{A} belongs to the set of {B}.",                                    //
                          "{B} is a set that contains {A}.",                                   //
                          "{B} belongs to the set of {A}.",                                    //
                          "{A} does not belong to the set of {C}.",                            //
                          "{A} might belong to the set of {C}.",                               //
                          "{B} belongs to the set of {C}.",                                    //
                          "{A} belongs to the set of {B} and {B} belongs to the set of {C}.",  //
                          "{A} belongs to the set of {B}. / {B} belongs to the set of {C}.",   //
                          "Frogs and toads often hibernate in winter."));
}

TEST(BuiltIn, ChainInducesIsThePapers) {
  EXPECT_THAT(plain_texts(domain_template("chain_induces")),
              ElementsAre("Whenever {A} happens, it causes {Z} to happen.",    //
                          "Whenever {A} happens, it causes {B} to happen.",    //
                          "Whenever {A} happens, it causes {B} to happen. / "  //
                          "Whenever {B} happens, it causes {Z} to happen.",    //
                          "Whenever {A} happens, it causes {B} to happen. / "  //
                          "Whenever {B} happens, it causes {C} to happen. / "  //
                          "Whenever {C} happens, it causes {D} to happen. / "  //
                          "Whenever {D} happens, it causes {Z} to happen.",    //
                          "Whenever {Z} happens, it causes {A} to happen."));
}

TEST(BuiltIn, TransitivityIsThePapers) {
  EXPECT_THAT(plain_texts(domain_template("transitivity")),
              ElementsAre("a {klarbu} is a {pimjon} / all {pimjon}s have a {greev}",  //
                          "a {klarbu} is a {pimjon}",                                 //
                          "all {pimjon}s have a {greev}",                             //
                          "one example of a {pimjon} is a {klarbu}",                  //
                          "a {klarbu} is not a {pimjon}",                             //
                          "a {klarbu} has a {greev}",                                 //
                          "{klarbu}s have {greev}s",                                  //
                          "a {klarbu} does not have a {greev}",                       //
                          "{klarbu}",                                                 //
                          "{greev}",                                                  //
                          "{pimjon}",                                                 //
                          "a {skimoy} is a {krombom}"));
}

TEST(BuiltIn, SquaresIsThePapers) {
  EXPECT_THAT(
      plain_texts(domain_template("squares")),
      ElementsAre("SQUARE belongs to the set of {B}.",                                          //
                  "{B} belongs to the set of RECTANGLE.",                                       //
                  "SQUARE belongs to the set of {B} and {B} belongs to the set of RECTANGLE.",  //
                  "SQUARE belongs to the set of {B}. / {B} belongs to the set of RECTANGLE.",   //
                  "{B} belongs to the set of SQUARE. / {B} belongs to the set of RECTANGLE.",   //
                  "RECTANGLE belongs to the set of SQUARE."));
}

// So the entities of the paper's samples keep their words whatever is added, and a spare entity is
// new to every sample but the controls. Behind it come those of the second chain of crossed pairs.
TEST(BuiltIn, AddedSamplesComeLastAndTheirEntitiesAreTheLastPlaceholders) {
  for (const char* name :
       {"belongs_to", "chain_induces", "transitivity", "squares", "bigger_than", "part_of"}) {
    const DomainTemplate& domain = domain_template(name);
    EXPECT_TRUE(std::is_partitioned(domain.samples.begin(), domain.samples.end(),
                                    [](const SampleTemplate& s) { return !s.role.extended; }))
        << name;
    const absl::StatusOr<std::vector<std::string>> names = placeholders(domain);
    ASSERT_TRUE(names.ok()) << names.status();
    ASSERT_GE(names->size(), 4u) << name;
    EXPECT_THAT(std::vector<std::string>(names->end() - 4, names->end()),
                ElementsAre("spare", "P", "Q", "R"))
        << name;
  }
}

// What a control must be: the chain with the spare entity in place of one link, once.
TEST(BuiltIn, EveryChainHasAControlThatDiffersInOneLinkOnly) {
  size_t controls = 0;
  for (const std::string& name : domain_names()) {
    const DomainTemplate& domain = domain_template(name);
    for (const SampleTemplate& sample : domain.samples) {
      if (!absl::StartsWith(sample.id, "chain") && !absl::StartsWith(sample.id, "combined"))
        continue;
      const std::string control_id = absl::StrCat("broken_", sample.id);
      const std::string control = joined(domain, control_id);
      ASSERT_EQ(std::vector<std::string>(absl::StrSplit(control, "{spare}")).size(), 2u)
          << name << ": " << control;

      // Putting some link back where the spare entity stands gives the chain, and this link is also
      // somewhere else in it, where it still stands in the control.
      const std::string chain = joined(domain, sample.id);
      const size_t at = control.find("{spare}");
      ASSERT_EQ(chain.substr(0, at), control.substr(0, at)) << name;
      const std::string link = chain.substr(at, chain.find('}', at) + 1 - at);
      EXPECT_EQ(chain.substr(at + link.size()), control.substr(at + 7)) << name;
      EXPECT_NE(control.find(link), std::string::npos) << name << ": " << control;

      const SampleRole& role = sample_template(domain, control_id).role;
      EXPECT_TRUE(role.extended && role.train && !role.evaluate) << name << ": " << control_id;
      ++controls;
    }
  }
  EXPECT_EQ(controls, 14u);  // chain and combined of five domains, two lengths of chain_induces
}

// What an exchange must be: the sample with the link and the spare entity in each other's places.
TEST(BuiltIn, EveryChainAndItsControlAreThereWithTheLinkExchangedForTheSpareEntity) {
  size_t exchanges = 0;
  for (const std::string& name : domain_names()) {
    const DomainTemplate& domain = domain_template(name);
    for (const SampleTemplate& sample : domain.samples) {
      const bool is_chain =
          absl::StartsWith(sample.id, "chain") || absl::StartsWith(sample.id, "combined");
      if (!is_chain) continue;
      const std::string control = absl::StrCat("broken_", sample.id);
      const std::string broken = joined(domain, control);
      const size_t at = broken.find("{spare}");
      const std::string chain = joined(domain, sample.id);
      const std::string link = chain.substr(at, chain.find('}', at) + 1 - at);
      for (const std::string& id : {sample.id, control}) {
        EXPECT_EQ(joined(domain, absl::StrCat("exchanged_", id)),
                  absl::StrReplaceAll(joined(domain, id), {{link, "{spare}"}, {"{spare}", link}}))
            << name << ": " << id;
      }
      ++exchanges;
    }
  }
  EXPECT_EQ(exchanges, 14u);  // chain and combined of five domains, two lengths of chain_induces
}

// What crossed pairs must be: both samples have the same words equally often, and so have what
// follows from the one and what follows from the other.
TEST(BuiltIn, CrossedPairsHaveTheSameWordsEquallyOften) {
  struct Crossed {
    const char* domain;
    const char* ending;
    std::vector<std::string> follows, follows_exchanged;
  };
  const std::vector<Crossed> pairs = {
      {"belongs_to", "", {"in_a_c", "in_p_r"}, {"in_a_r", "in_p_c"}},
      {"belongs_to", "", {"in_c_a", "in_r_p"}, {"in_r_a", "in_c_p"}},
      {"chain_induces", "_2", {"causes_a_z", "causes_p_r"}, {"causes_a_r", "causes_p_z"}},
      {"chain_induces", "_2", {"causes_z_a", "causes_r_p"}, {"causes_r_a", "causes_z_p"}},
      {"transitivity", "", {"has", "has_p_r"}, {"has_klarbu_r", "has_p_greev"}},
      {"transitivity", "", {"has_reversed", "has_r_p"}, {"has_r_klarbu", "has_greev_p"}},
      {"squares", "", {"in_square_rectangle", "in_p_r"}, {"in_square_r", "in_p_rectangle"}},
      {"squares", "", {"in_rectangle_square", "in_r_p"}, {"in_r_square", "in_rectangle_p"}},
      {"bigger_than", "", {"bigger_a_c", "bigger_p_r"}, {"bigger_a_r", "bigger_p_c"}},
      {"bigger_than", "", {"bigger_c_a", "bigger_r_p"}, {"bigger_r_a", "bigger_c_p"}},
      {"part_of", "", {"part_a_c", "part_p_r"}, {"part_a_r", "part_p_c"}},
      {"part_of", "", {"part_c_a", "part_r_p"}, {"part_r_a", "part_c_p"}}};
  for (const Crossed& pair : pairs) {
    const DomainTemplate& domain = domain_template(pair.domain);
    const auto words = [&](const std::vector<std::string>& ids) {
      std::vector<std::string> all;
      for (const std::string& id : ids) {
        for (std::string& word : std::vector<std::string>(
                 absl::StrSplit(joined(domain, id), absl::ByAnyChar(" .,\n"), absl::SkipEmpty()))) {
          all.push_back(std::move(word));
        }
      }
      std::sort(all.begin(), all.end());
      return all;
    };
    EXPECT_EQ(words(pair.follows), words(pair.follows_exchanged)) << pair.domain;
    for (const char* form : {"crossed_chain", "crossed_combined"}) {
      const std::string id = absl::StrCat(form, pair.ending);
      const std::string other = absl::StrCat("exchanged_", id);
      EXPECT_EQ(words({id}), words({other})) << pair.domain;
      EXPECT_NE(joined(domain, id), joined(domain, other)) << pair.domain;
    }
  }
}

TEST(BuiltIn, ControlsOfCausalChainsBreakTheMiddleLink) {
  const DomainTemplate& domain = domain_template("chain_induces");
  EXPECT_EQ(joined(domain, "broken_chain_2"),
            "Whenever {A} happens, it causes {B} to happen.\n"
            "Whenever {spare} happens, it causes {Z} to happen.");
  EXPECT_EQ(joined(domain, "broken_chain_4"),
            "Whenever {A} happens, it causes {B} to happen.\n"
            "Whenever {B} happens, it causes {C} to happen.\n"
            "Whenever {spare} happens, it causes {D} to happen.\n"
            "Whenever {D} happens, it causes {Z} to happen.");
}

TEST(BuiltIn, StatementsOverSeveralLinesOfAFileAreOneLine) {
  EXPECT_EQ(
      joined(domain_template("chain_induces"), "combined_4"),
      "Whenever {A} happens, it causes {B} to happen and whenever {B} happens, it causes {C} to "
      "happen and whenever {C} happens, it causes {D} to happen and whenever {D} happens, it "
      "causes {Z} to happen.");
}

struct Conclusion {
  const char* domain;
  const char* follows;
  const char* reversed;
  const char* negated;
  const char* text_follows;
  const char* text_reversed;
  const char* text_negated;
};

TEST(BuiltIn, EveryChainHasItsConclusionReversedAndNegated) {
  const Conclusion conclusions[] = {
      {"belongs_to", "in_a_c", "in_c_a", "not_in_a_c", "{A} belongs to the set of {C}.",
       "{C} belongs to the set of {A}.", "{A} does not belong to the set of {C}."},
      {"chain_induces", "causes_a_z", "causes_z_a", "not_causes_a_z",
       "Whenever {A} happens, it causes {Z} to happen.",
       "Whenever {Z} happens, it causes {A} to happen.",
       "Whenever {A} happens, it does not cause {Z} to happen."},
      {"transitivity", "has", "has_reversed", "has_not", "a {klarbu} has a {greev}",
       "a {greev} has a {klarbu}", "a {klarbu} does not have a {greev}"},
      {"squares", "in_square_rectangle", "in_rectangle_square", "not_in_square_rectangle",
       "SQUARE belongs to the set of RECTANGLE.", "RECTANGLE belongs to the set of SQUARE.",
       "SQUARE does not belong to the set of RECTANGLE."},
      {"bigger_than", "bigger_a_c", "bigger_c_a", "not_bigger_a_c", "{A} is bigger than {C}.",
       "{C} is bigger than {A}.", "{A} is not bigger than {C}."},
      {"part_of", "part_a_c", "part_c_a", "not_part_a_c", "{A} is a part of {C}.",
       "{C} is a part of {A}.", "{A} is not a part of {C}."},
  };
  for (const Conclusion& expected : conclusions) {
    const DomainTemplate& domain = domain_template(expected.domain);
    EXPECT_EQ(joined(domain, expected.follows), expected.text_follows);
    EXPECT_EQ(joined(domain, expected.reversed), expected.text_reversed);
    EXPECT_EQ(joined(domain, expected.negated), expected.text_negated);
    for (const char* id : {expected.follows, expected.reversed, expected.negated}) {
      EXPECT_TRUE(sample_template(domain, id).role.evaluate) << domain.name << ": " << id;
    }
  }
}

TEST(BuiltIn, AddedConclusionsAreAskedOnlyAndOtherAddedSamplesAreTrainedOn) {
  for (const std::string& name : domain_names()) {
    for (const SampleTemplate& sample : domain_template(name).samples) {
      if (!sample.role.extended) {
        EXPECT_TRUE(sample.role.train && sample.role.evaluate) << name << ": " << sample.id;
        continue;
      }
      const bool is_premise = absl::StartsWith(sample.id, "broken_") ||
                              absl::StartsWith(sample.id, "crossed_") ||
                              absl::StartsWith(sample.id, "exchanged_") ||
                              absl::StartsWith(sample.id, "control_") ||
                              sample.id == "compares_a_b";
      // What is compared both ways needs a row and a column.
      const bool is_both = absl::StartsWith(sample.id, "combined") || sample.id == "distractor" ||
                           sample.id == "either" || sample.id == "would_in_a_c";
      EXPECT_EQ(sample.role.train, is_premise || is_both) << name << ": " << sample.id;
      EXPECT_EQ(sample.role.evaluate, !is_premise) << name << ": " << sample.id;
    }
  }
}

// Controls of single statements, which no spare entity can break: one word is another.
TEST(BuiltIn, ControlsOfSingleStatementsDifferInOneWord) {
  const DomainTemplate& domain = domain_template("belongs_to");
  const auto words = [&](const std::string& id) {
    return std::vector<std::string>(absl::StrSplit(joined(domain, id), ' '));
  };
  for (const auto& [id, control_id] : std::vector<std::pair<std::string, std::string>>{
           {"in_a_b", "compares_a_b"}, {"combined", "either"}, {"might_in_a_c", "would_in_a_c"}}) {
    const std::vector<std::string> sample = words(id);
    const std::vector<std::string> control = words(control_id);
    ASSERT_EQ(sample.size(), control.size()) << control_id;
    size_t different = 0;
    for (size_t i = 0; i < sample.size(); ++i) different += sample[i] != control[i] ? 1 : 0;
    EXPECT_EQ(different, 1u) << control_id;
  }
}

// "indeed", "also" and "not" stand in one place of the same sentence, so that what its other words do
// is the same. A sentence about P, Q and R is one about A, B and C with these names.
TEST(BuiltIn, AssertionsAndDenialsDifferInOneWord) {
  struct Polarity {
    const char* domain;
    const char* denial;
    std::vector<std::string> assertions;
  };
  const std::vector<Polarity> polarities = {
      {"belongs_to", "not_in_a_c", {"indeed_in_a_c", "also_in_a_c"}},
      {"belongs_to", "not_in_p_r", {"indeed_in_p_r", "also_in_p_r"}},
      {"transitivity", "is_not", {"is_indeed", "is_also"}},
      {"transitivity", "is_not_p_q", {"is_indeed_p_q", "is_also_p_q"}},
      {"transitivity", "has_not", {"has_indeed", "has_also"}},
      {"transitivity", "has_not_p_r", {"has_indeed_p_r", "has_also_p_r"}}};
  for (const Polarity& polarity : polarities) {
    const DomainTemplate& domain = domain_template(polarity.domain);
    for (const std::string& id : polarity.assertions) {
      const std::string word = absl::StrContains(id, "also") ? " also " : " indeed ";
      EXPECT_EQ(absl::StrReplaceAll(joined(domain, id), {{word, " not "}}),
                joined(domain, polarity.denial));
    }
  }
  const std::vector<std::pair<const char*, const char*>> about_others = {
      {"not_in_a_c", "not_in_p_r"}, {"in_a_c", "in_p_r"}};
  for (const auto& [id, other] : about_others) {
    const DomainTemplate& domain = domain_template("belongs_to");
    EXPECT_EQ(absl::StrReplaceAll(joined(domain, id), {{"{A}", "{P}"}, {"{C}", "{R}"}}),
              joined(domain, other));
  }
  const DomainTemplate& parts = domain_template("part_of");
  EXPECT_EQ(absl::StrReplaceAll(joined(parts, "not_part_a_c"), {{"{A}", "{P}"}, {"{C}", "{R}"}}),
            joined(parts, "not_part_p_r"));
}

TEST(BuiltIn, TheEndsOfSquaresAreKnown) {
  for (const std::string& name : domain_names()) {
    const std::vector<std::string>& known = domain_template(name).known_entities;
    if (name == "squares") {
      EXPECT_THAT(known, ElementsAre("SQUARE", "RECTANGLE"));
    } else {
      EXPECT_THAT(known, testing::IsEmpty()) << name;
    }
  }
}

// Every control_x stands for x: as many statements, and one word of them is another.
TEST(BuiltIn, ControlsNamedAfterTheirSampleDifferInOneWord) {
  size_t controls = 0;
  for (const char* name : {"paraphrases", "reversals", "one_to_many"}) {
    const DomainTemplate& domain = domain_template(name);
    for (const SampleTemplate& sample : domain.samples) {
      if (!absl::StartsWith(sample.id, "control_")) continue;
      const auto words = [&](const std::string& id) {
        return std::vector<std::string>(absl::StrSplit(joined(domain, id), absl::ByAnyChar(" \n")));
      };
      const std::vector<std::string> control = words(sample.id);
      const std::vector<std::string> of = words(sample.id.substr(std::string("control_").size()));
      ASSERT_EQ(control.size(), of.size()) << sample.id;
      size_t different = 0;
      for (size_t i = 0; i < of.size(); ++i) different += control[i] != of[i] ? 1 : 0;
      EXPECT_EQ(different, 1u) << sample.id;
      ++controls;
    }
  }
  EXPECT_EQ(controls, 9u);
}

// The alternative has the template and the names of what follows, and another name in one place.
TEST(BuiltIn, AlternativesOfReversalsDifferInTheLastName) {
  const DomainTemplate& domain = domain_template("reversals");
  for (const auto& [id, alternative] : std::vector<std::pair<std::string, std::string>>{
           {"mayor_name_first", "mayor_other_place"},
           {"mayor_name_last", "mayor_other_person"},
           {"inventor_name_first", "inventor_other_thing"},
           {"inventor_name_last", "inventor_other_person"}}) {
    const std::string one = joined(domain, id), other = joined(domain, alternative);
    const size_t last = one.rfind('{');
    EXPECT_EQ(one.substr(0, last), other.substr(0, last)) << alternative;
    EXPECT_NE(one, other);
    EXPECT_EQ(other.size() - last, std::string("{C}.").size()) << alternative;
  }
}

TEST(BuiltIn, EverydayTakesEightOfFortyByTheSeed) {
  const DomainTemplate& everyday = domain_template("everyday");
  EXPECT_EQ(everyday.samples.size(), 40u);
  EXPECT_EQ(filled(everyday, TestDraw(1)).samples.size(), 8u);
  EXPECT_NE(ids_of(filled(everyday, TestDraw(50)).trained()),
            ids_of(filled(everyday, TestDraw(1)).trained()));
}

TEST(BuiltIn, ThereAreAHundredClaims) {
  EXPECT_EQ(filled(domain_template("random_claim_100")).samples.size(), 100u);
}

TEST(BuiltIn, RandomClaimTakesTenOfTheHundredByTheSeed) {
  const DomainTemplate& few = domain_template("random_claim");
  std::map<std::string, Sample> all;
  for (const Sample& sample : filled(domain_template("random_claim_100")).trained()) {
    all[sample.id] = sample;
  }
  const Domain one = filled(few, TestDraw(1));
  ASSERT_EQ(one.samples.size(), 10u);
  for (const DomainSample& sample : one.samples) {
    EXPECT_EQ(texts(all[sample.sample.id]), texts(sample.sample)) << sample.sample.id;
  }
  EXPECT_EQ(ids_of(filled(few, TestDraw(1)).trained()), ids_of(one.trained()));
  EXPECT_NE(ids_of(filled(few, TestDraw(50)).trained()), ids_of(one.trained()));
}

// ---- Drawn by name ---------------------------------------------------------------------------

TEST(DrawDomain, IsTheBuiltInOneFilled) {
  const absl::StatusOr<Domain> drawn = draw_domain("squares", TestDraw());
  ASSERT_TRUE(drawn.ok()) << drawn.status();
  const Domain expected = filled(domain_template("squares"));
  EXPECT_EQ(drawn->name, "squares");
  ASSERT_EQ(ids_of(drawn->trained()), ids_of(expected.trained()));
  EXPECT_EQ(texts(drawn->trained()[0]), texts(expected.trained()[0]));
}

TEST(DrawDomain, ErrorWhenThereIsNoSuchDomain) {
  EXPECT_EQ(draw_domain("belong_to", TestDraw()).status(), find_domain("belong_to").status());
}

std::vector<std::string> numbered_claims(size_t count) {
  std::vector<std::string> claims;
  for (size_t i = 1; i <= count; ++i) claims.push_back(absl::StrCat("This is claim {", i, "}."));
  return claims;
}

TEST(DrawDomain, ClaimsOfTheDrawTakeThePlaceOfTheBuiltInOnes) {
  TestDraw draw;
  draw.own_claims = numbered_claims(3);
  const absl::StatusOr<Domain> drawn = draw_domain("random_claim", draw);
  ASSERT_TRUE(drawn.ok()) << drawn.status();
  EXPECT_EQ(drawn->name, "random_claim");
  EXPECT_THAT(ids_of(drawn->trained()), ElementsAre("claim_001", "claim_002", "claim_003"));
  EXPECT_THAT(texts(drawn->trained()[1]), ElementsAre("This is claim {2}."));
}

TEST(DrawDomain, OfManyClaimsOfTheDrawTenOrAHundredAreChosen) {
  TestDraw draw(7);
  draw.own_claims = numbered_claims(300);
  EXPECT_EQ(draw_domain("random_claim", draw)->samples.size(), 10u);
  EXPECT_EQ(draw_domain("random_claim_100", draw)->samples.size(), 100u);
  EXPECT_THAT(draw.streams, ElementsAre("domain/random_claim", "domain/random_claim_100"));
}

TEST(DrawDomain, ClaimsOfTheDrawLeaveOtherDomainsAlone) {
  TestDraw draw;
  draw.own_claims = numbered_claims(3);
  EXPECT_EQ(ids_of(draw_domain("squares", draw)->trained()),
            ids_of(filled(domain_template("squares")).trained()));
}

}  // namespace
}  // namespace eif
