#include "suite/cli/options_in_force.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

class Choice {
 public:
  explicit Choice(std::vector<SetOption>& options) : options_(options) {}

  absl::Status run() {
    // First what waits: it excludes nothing.
    if (absl::Status status = drop_what_waits(); !status.ok()) return status;
    for (size_t layer = 0; layer <= farthest_layer(); ++layer) {
      if (absl::Status status = give_way_in(layer); !status.ok()) return status;
    }
    return check_contradictions();
  }

 private:
  static bool excludes(const SetOption& one, const SetOption& other) {
    return one.is_in_force && one.is_on && one.option->get_excludes().contains(other.option);
  }

  size_t farthest_layer() const {
    size_t farthest = 0;
    for (const SetOption& one : options_) farthest = std::max(farthest, one.layer);
    return farthest;
  }

  // nullptr where nothing sets it.
  const SetOption* find(const CLI::Option* option) const {
    const auto found = std::find_if(options_.begin(), options_.end(), [&](const SetOption& one) {
      return one.option == option && one.is_on;
    });
    return found == options_.end() ? nullptr : &*found;
  }

  // Arguments without a name come from the command line alone and are not among the options.
  bool is_there(const CLI::Option* needed) const {
    const SetOption* const set = find(needed);
    return set != nullptr ? set->is_in_force : needed->get_lnames().empty() && needed->count() > 0;
  }

  // nullptr where it goes with nothing that is not there.
  const CLI::Option* missing_of(const SetOption& one) const {
    if (!one.is_in_force || !one.is_on) return nullptr;
    const auto& needs = one.option->get_needs();
    const auto found = std::find_if(needs.begin(), needs.end(),
                                    [&](const CLI::Option* needed) { return !is_there(needed); });
    return found == needs.end() ? nullptr : *found;
  }

  static std::string goes_with(const SetOption& one, const CLI::Option& needed) {
    return absl::StrCat(one.layer == 0 ? "" : absl::StrCat(one.origin, ": "),
                        one.option->get_name(), " goes with ", needed.get_name(), ", which ");
  }

  // Takes out of force what goes with something that is not there, and then what goes with that.
  // `drop` is told what is missing and says why an option must stay.
  template <typename Drop>
  absl::Status drop_what_lacks_something(Drop drop) {
    for (bool has_changed = true; has_changed;) {
      has_changed = false;
      for (SetOption& one : options_) {
        const CLI::Option* const missing = missing_of(one);
        if (missing == nullptr) continue;
        if (absl::Status status = drop(one, *missing); !status.ok()) return status;
        one.is_in_force = false;
        has_changed = true;
      }
    }
    return absl::OkStatus();
  }

  absl::Status drop_what_waits() {
    return drop_what_lacks_something([](SetOption& one, const CLI::Option& missing) {
      if (!one.may_wait) {
        return absl::InvalidArgumentError(absl::StrCat(goes_with(one, missing), "was not given"));
      }
      one.waits_for = &missing;
      return absl::OkStatus();
    });
  }

  absl::Status give_way_in(size_t layer) {
    for (SetOption& one : options_) {
      if (one.layer != layer || !one.is_in_force) continue;
      const auto nearer = std::find_if(
          options_.begin(), options_.end(),
          [&](const SetOption& other) { return other.layer < layer && excludes(other, one); });
      if (nearer == options_.end()) continue;
      one.is_in_force = false;
      if (absl::Status status = give_way_with(*nearer); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // What goes with an option that gave way to `nearer`.
  absl::Status give_way_with(const SetOption& nearer) {
    return drop_what_lacks_something([&](const SetOption& one, const CLI::Option& missing) {
      if (one.layer > nearer.layer || one.may_wait) return absl::OkStatus();
      return absl::InvalidArgumentError(absl::StrCat(goes_with(one, missing), "gives way to ",
                                                     nearer.origin, "; leave one of them out"));
    });
  }

  // What is left of one layer; between layers the farther gave way.
  absl::Status check_contradictions() const {
    for (const SetOption& one : options_) {
      for (const SetOption& other : options_) {
        if (!one.is_in_force || !other.is_on || !other.is_in_force || !excludes(one, other)) {
          continue;
        }
        return absl::InvalidArgumentError(absl::StrCat(
            one.origin, " and ", other.origin,
            " exclude each other; leave one of them out, or say ", one.option->get_name(), " or ",
            other.option->get_name(), " on the command line, which goes before both"));
      }
    }
    return absl::OkStatus();
  }

  std::vector<SetOption>& options_;
};

}  // namespace

absl::Status choose_options_in_force(std::vector<SetOption>& options) {
  return Choice(options).run();
}

SuspendedNeeds::SuspendedNeeds(CLI::App& app) {
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    for (CLI::Option* option : command->get_options()) {
      if (option->get_needs().empty()) continue;
      needs_[option] = option->get_needs();
      for (CLI::Option* needed : needs_[option]) option->remove_needs(needed);
    }
  }
}

SuspendedNeeds::~SuspendedNeeds() {
  for (const auto& [option, needs] : needs_) {
    for (CLI::Option* needed : needs) option->needs(needed);
  }
}

}  // namespace eif
