#include "plugins/shared/huggingface/other_formats.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "plugins/shared/huggingface/file_names.h"

namespace eif {
namespace {

namespace fs = std::filesystem;

struct OtherFormat {
  const char* begin;
  const char* end;
  const char* what;        // of the file
  const char* what_to_do;  // with FOLDER and FILE for where it is
};

constexpr const char* kPickle = "a format that can run code and is never loaded";
constexpr const char* kSaveAgain =
    "write it with python -c 'from transformers import AutoModelForCausalLM as M; "
    "M.from_pretrained(\"FOLDER\").save_pretrained(\"FOLDER\")'";
constexpr const char* kAddItsConfig = "put the adapter_config.json beside it that was saved with it";

// The first that fits a file of the folder counts.
constexpr std::array kOtherFormats = {
    OtherFormat{"", ".gguf", "a GGUF file of llama.cpp",
                "take the original checkpoint, or widen this one with python -c 'from transformers "
                "import AutoModelForCausalLM as M, AutoTokenizer as T; "
                "[C.from_pretrained(\"FOLDER\", gguf_file=\"FILE\").save_pretrained(\"FOLDER\") "
                "for C in (M, T)]'"},
    OtherFormat{"consolidated", ".pth", "a checkpoint in Meta's own layout",
                "take the Hugging Face version of the model, or convert it with transformers' "
                "convert_llama_weights_to_hf"},
    OtherFormat{"consolidated", ".safetensors", "a checkpoint in Mistral's own layout",
                "take the Hugging Face version of the model, or convert it with transformers' "
                "convert_mistral_weights_to_hf"},
    OtherFormat{"model.safetensors.index.", ".json", "the index of a variant of the weights",
                "take the repository without the variant, or load it with transformers, "
                "from_pretrained(…, variant=…), and save it again"},
    OtherFormat{"model.", ".safetensors", "a variant of the weights",
                "rename it: mv \"FOLDER/FILE\" \"FOLDER/model.safetensors\""},
    OtherFormat{"adapter_model", ".safetensors", "an adapter", kAddItsConfig},
    OtherFormat{"adapter_model", ".bin", "an adapter", kAddItsConfig},
    OtherFormat{"pytorch_model", ".bin", kPickle, kSaveAgain},
    OtherFormat{"", ".pth", kPickle, kSaveAgain},
    OtherFormat{"", ".pt", kPickle, kSaveAgain},
    OtherFormat{"", ".ckpt", kPickle, kSaveAgain},
    OtherFormat{"tf_model", ".h5", "TensorFlow's weights", "take the model's PyTorch version"},
    OtherFormat{"flax_model", ".msgpack", "Flax's weights", "take the model's PyTorch version"},
    OtherFormat{"", ".onnx", "an ONNX graph", "take the checkpoint that it was made of"},
};

const OtherFormat* format_of(const std::string& name) {
  const auto found =
      std::find_if(kOtherFormats.begin(), kOtherFormats.end(), [&](const OtherFormat& format) {
        const std::string_view begin(format.begin), end(format.end);
        return name.size() >= begin.size() + end.size() && name.starts_with(begin) &&
               name.ends_with(end);
      });
  return found == kOtherFormats.end() ? nullptr : &*found;
}

std::string what_to_do(const OtherFormat& format, const fs::path& file) {
  return absl::StrReplaceAll(format.what_to_do, {{"FOLDER", file.parent_path().string()},
                                                 {"FILE", file.filename().string()}});
}

std::string of_file(const fs::path& file) {
  if (file.extension() == ".safetensors") {
    return absl::StrCat(file.string(), " is a file; name the folder that it is in, which has the "
                                       "model's config.json and tokenizer.json, too");
  }
  const OtherFormat* format = format_of(file.filename().string());
  if (format == nullptr) return "";
  return absl::StrCat(file.string(), " is ", format->what,
                      ", which is not read here; expected a folder with model.safetensors: ",
                      what_to_do(*format, file));
}

}  // namespace

std::string other_format(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) return of_file(path);
  const OtherFormat* format = nullptr;
  std::string file;
  for (const std::string& name : names_in(path)) {
    const OtherFormat* of_name = format_of(name);
    // A folder may have several: the earliest in the table counts.
    if (of_name == nullptr || (format != nullptr && of_name >= format)) continue;
    format = of_name;
    file = name;
  }
  if (format == nullptr) return "";
  return absl::StrCat(path.string(), " has no model.safetensors; it has ", file, ", ", format->what,
                      ": ", what_to_do(*format, path / file));
}

std::string other_tokenizer(const fs::path& folder) {
  for (const char* name : {"tokenizer.model", "spiece.model", "vocab.json", "tekken.json"}) {
    if (!is_there(folder / name)) continue;
    return absl::StrCat(
        folder.string(), " has no tokenizer.json; it has ", name,
        ", which is not read here: write one with python -c 'from transformers import "
        "AutoTokenizer as T; T.from_pretrained(\"",
        folder.string(), "\").save_pretrained(\"", folder.string(), "\")'");
  }
  return "";
}

}  // namespace eif
