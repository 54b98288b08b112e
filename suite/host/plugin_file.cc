#include "suite/host/plugin_file.h"

#include <elf.h>
#include <link.h>  // ElfW
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

// Who may decide what this program runs: its user, the administrator, and the owner of the program,
// who could as well have put another program in its place.
bool is_trusted(uid_t owner) {
  if (owner == 0 || owner == ::geteuid()) return true;
  struct stat program;
  return ::stat("/proc/self/exe", &program) == 0 && owner == program.st_uid;
}

absl::Status check_owner(const fs::path& plugin, const fs::path& path) {
  struct stat found;
  if (::stat(path.c_str(), &found) != 0 || is_trusted(found.st_uid)) return absl::OkStatus();
  return plugin_error(absl::StatusCode::kPermissionDenied, plugin,
                      absl::StrCat(path.string(), " belongs to another user of this machine (id ",
                                   found.st_uid, "); expected you, root or the owner of eif-suite"),
                      "Check its content, then copy it to a folder of your own");
}

// Whoever can change the file, or put another one in its place, decides what this program runs.
// The sticky bit of a folder such as /tmp is no protection: it keeps others from removing a file,
// but not from being the first to create one of that name, nor from adding one that a search of
// the folder would find. Folders further up are not judged: containers and mounts often leave them
// open, and there the program itself could be replaced as well.
absl::Status check_not_open_to_others(const fs::path& plugin, const fs::path& path) {
  std::error_code error;
  const fs::perms permissions = fs::status(path, error).permissions();
  if (error) {
    return plugin_error(
        absl::StatusCode::kNotFound, plugin,
        absl::StrCat("the permissions of ", path.string(), " cannot be read: ", error.message()),
        "Check the path");
  }
  if ((permissions & fs::perms::others_write) == fs::perms::none) {
    return check_owner(plugin, path);
  }
  const std::string problem =
      absl::StrCat(path.string(), " can be changed by every user of this machine; expected that ",
                   "only its owner and group can");
  if ((permissions & fs::perms::sticky_bit) != fs::perms::none) {
    return plugin_error(absl::StatusCode::kPermissionDenied, plugin, problem,
                        "Move the plugins to a folder of your own; the sticky bit does not keep "
                        "others from adding files to this one");
  }
  return plugin_error(absl::StatusCode::kPermissionDenied, plugin, problem,
                      absl::StrCat("Check its content, then run chmod o-w '", path.string(), "'"));
}

std::string machine_name(const ElfW(Ehdr) & header) {
  const std::string bits = header.e_ident[EI_CLASS] == ELFCLASS64 ? "64-bit" : "32-bit";
  if (header.e_ident[EI_DATA] == ELFDATA2MSB) return absl::StrCat(bits, " big-endian");
  switch (header.e_machine) {
    case EM_X86_64:
      return absl::StrCat(bits, " x86-64");
    case EM_AARCH64:
      return absl::StrCat(bits, " AArch64");
    case EM_386:
      return absl::StrCat(bits, " i386");
    case EM_ARM:
      return absl::StrCat(bits, " ARM");
    case EM_RISCV:
      return absl::StrCat(bits, " RISC-V");
    default:
      return absl::StrCat(bits, " ELF machine ", header.e_machine);
  }
}

// The file of the running program says which libraries it can load.
ElfW(Ehdr) header_of_this_program() {
  ElfW(Ehdr) header{};
  std::ifstream("/proc/self/exe", std::ios::binary)
      .read(reinterpret_cast<char*>(&header), sizeof header);
  return header;
}

bool same_machine(const ElfW(Ehdr) & a, const ElfW(Ehdr) & b) {
  return a.e_ident[EI_CLASS] == b.e_ident[EI_CLASS] && a.e_ident[EI_DATA] == b.e_ident[EI_DATA] &&
         a.e_machine == b.e_machine;
}

// What the headers promise has to be there. A library that the usual tools made ends with its
// section table, so a file cut anywhere fails the first check; stripped of that table, it is the
// segments that would be mapped beyond the end of the file.
absl::Status check_whole(const fs::path& file, std::ifstream& in, const ElfW(Ehdr) & header) {
  in.seekg(0, std::ios::end);
  const auto size = static_cast<uint64_t>(in.tellg());
  const auto check = [&](const char* part, uint64_t begin, uint64_t length) -> absl::Status {
    if (begin <= size && length <= size - begin) return absl::OkStatus();
    return plugin_error(absl::StatusCode::kDataLoss, file,
                        absl::StrCat("the file is truncated: it has ", size, " bytes, its ", part,
                                     " needs ", length, " from byte ", begin),
                        "Copy or build the plugin again");
  };
  absl::Status whole =
      check("section header table", header.e_shoff, uint64_t{header.e_shnum} * header.e_shentsize);
  if (!whole.ok()) return whole;
  whole =
      check("program header table", header.e_phoff, uint64_t{header.e_phnum} * sizeof(ElfW(Phdr)));
  if (!whole.ok()) return whole;

  std::vector<ElfW(Phdr)> segments(header.e_phnum);
  in.seekg(static_cast<std::streamoff>(header.e_phoff));
  in.read(reinterpret_cast<char*>(segments.data()),
          static_cast<std::streamsize>(segments.size() * sizeof(ElfW(Phdr))));
  for (const ElfW(Phdr) & segment : segments) {
    whole = check("segment", segment.p_offset, segment.p_filesz);
    if (segment.p_type == PT_LOAD && !whole.ok()) return whole;
  }
  return absl::OkStatus();
}

absl::Status check_shared_library(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return plugin_error(absl::StatusCode::kPermissionDenied, file, "the file cannot be read",
                        "Check its permissions");
  }
  ElfW(Ehdr) header{};
  in.read(reinterpret_cast<char*>(&header), sizeof header);
  const auto length = static_cast<size_t>(in.gcount());
  if (length < SELFMAG || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    return plugin_error(absl::StatusCode::kInvalidArgument, file,
                        "the file is not a library: it does not begin with the ELF signature",
                        "Name the .so file that the plugin's build made");
  }
  if (length < sizeof header) {
    return plugin_error(absl::StatusCode::kDataLoss, file,
                        absl::StrCat("the file is truncated: it has ", length,
                                     " bytes, its ELF header needs ", sizeof header),
                        "Copy or build the plugin again");
  }
  static const ElfW(Ehdr) program = header_of_this_program();
  if (!same_machine(header, program)) {
    return plugin_error(absl::StatusCode::kFailedPrecondition, file,
                        absl::StrCat("the library is for ", machine_name(header),
                                     ", expected one for ", machine_name(program)),
                        "Rebuild the plugin on this machine");
  }
  if (header.e_type != ET_DYN) {
    return plugin_error(absl::StatusCode::kInvalidArgument, file,
                        absl::StrCat("found ELF type ", header.e_type,
                                     ", such as an object file or a program; expected a shared "
                                     "library (type ",
                                     ET_DYN, ")"),
                        "Link the plugin with -shared");
  }
  return check_whole(file, in, header);
}

}  // namespace

absl::Status plugin_error(absl::StatusCode code, const fs::path& path, const std::string& problem,
                          const std::string& next_step) {
  return absl::Status(code,
                      absl::StrCat("plugin ", path.string(), ": ", problem, ". ", next_step, "."));
}

absl::StatusOr<fs::path> checked_plugin_file(const fs::path& file) {
  std::error_code error;
  const fs::path real = fs::canonical(file, error);
  if (error) {
    return plugin_error(absl::StatusCode::kNotFound, file,
                        absl::StrCat("the file cannot be found: ", error.message()),
                        "Check the path");
  }
  if (!fs::is_regular_file(real, error)) {
    return plugin_error(absl::StatusCode::kInvalidArgument, file,
                        "found something other than a regular file; expected a shared library",
                        "Name the .so file that the plugin's build made");
  }
  // The folder of a symbolic link decides, as much as that of the real file, what is loaded.
  for (const fs::path& path : {real, real.parent_path(), fs::absolute(file).parent_path()}) {
    absl::Status closed = check_not_open_to_others(file, path);
    if (!closed.ok()) return closed;
  }
  absl::Status library = check_shared_library(real);
  if (!library.ok()) return library;
  return real;
}

absl::Status check_plugin_folder(const fs::path& folder) {
  if (folder.is_relative()) {
    return plugin_error(absl::StatusCode::kInvalidArgument, folder,
                        "found a relative folder; expected an absolute one, because what is "
                        "loaded must not depend on the working directory",
                        "Write the whole path into EIF_PLUGIN_PATH");
  }
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return plugin_error(absl::StatusCode::kNotFound, folder,
                        error ? absl::StrCat("the folder cannot be opened: ", error.message())
                              : "found something other than a folder",
                        "Correct EIF_PLUGIN_PATH, or install eif-suite again where the folder is "
                        "its own");
  }
  return check_not_open_to_others(folder, folder);
}

}  // namespace eif
