// Names of files, as folders list them and as untrusted files give them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace eif {

// Whether there is a file, behind all links: those of the cache lead nowhere until a download ends.
bool is_there(const std::filesystem::path& path);

// The names in a folder in order; none where it cannot be read.
std::vector<std::string> names_in(const std::filesystem::path& folder);

// Whether `name`, from an untrusted file, names a file or folder and is no way to other places.
bool is_plain_name(const std::string& name);

}  // namespace eif
