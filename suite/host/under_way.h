// What the program is doing at this moment in code that is not its own, for whoever has to say so
// when it ends there: after a crash there is nobody left to ask.
//
//   const UnderWay here("plugin mamba, load()");
//   backend.load(request);
//
// It is about the main thread. Where others help it, they do what it does, and say nothing here.
#pragma once

#include <cstddef>
#include <string_view>

namespace eif {

class UnderWay {
 public:
  // A long description is shortened.
  explicit UnderWay(std::string_view what);
  ~UnderWay();
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

 private:
  size_t before_ = 0;
};

// The descriptions of all that is under way, the outermost first: "loading mine: plugin mamba,
// load()". Empty: nothing is. May be called in a signal handler.
const char* what_is_under_way();

}  // namespace eif
