#include "suite/host/under_way.h"

#include <algorithm>
#include <cstring>
#include <thread>

namespace eif {
namespace {

// Nothing is allocated, because a signal handler reads it.
char text[512];
size_t length = 0;

// The one that loads the program.
const std::thread::id main_thread = std::this_thread::get_id();
bool is_main_thread() { return std::this_thread::get_id() == main_thread; }

void append(std::string_view more) {
  const size_t count = std::min(more.size(), sizeof text - 1 - length);
  std::memcpy(text + length, more.data(), count);
  length += count;
  text[length] = '\0';
}

}  // namespace

UnderWay::UnderWay(std::string_view what) {
  if (!is_main_thread()) return;
  before_ = length;
  if (length > 0) append(": ");
  append(what);
}

UnderWay::~UnderWay() {
  if (!is_main_thread()) return;
  length = before_;
  text[length] = '\0';
}

const char* what_is_under_way() { return text; }

}  // namespace eif
