// Of a later interface: the two numbers in front may be read. The rest of this record cannot be.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

#include "tests/bad_plugins/valid.h"

EIF_EXPORT const eif::PluginRecord* eif_plugin() {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* pages = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mprotect(static_cast<char*>(pages) + page, page, PROT_NONE);
  void* record = static_cast<char*>(pages) + page - offsetof(eif::PluginRecord, fingerprint);
  *static_cast<uint32_t*>(record) = 99;
  return static_cast<const eif::PluginRecord*>(record);
}
