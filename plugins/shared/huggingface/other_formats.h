// Models in formats that are not read here: what a folder has instead, and what to do about it.
//
//   other_format("downloads/x.gguf")  // "… is a GGUF file, …: name the original checkpoint, or …"
#pragma once

#include <filesystem>
#include <string>

namespace eif {

// One sentence about the folder or file; empty where it has no model in a format that is known here.
// A folder that has weights as safetensors is not asked.
std::string other_format(const std::filesystem::path& path);

// The same of a folder without a tokenizer.json.
std::string other_tokenizer(const std::filesystem::path& folder);

}  // namespace eif
