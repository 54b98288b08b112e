// Which backend makes the model that a user names.
//
//   absl::StatusOr<BackendOfModel> found = backend_of_model("./checkpoint-500", plugins, "");
//   if (!found.ok()) return found.status();
//   found->backend->load({.name = found->name});
//
// A name is the alias of a backend ("cnn"), or a folder that a backend accepts; an alias goes
// first, and ./cnn is the folder. What is neither may mean something to a backend all the same, such
// as a repository in its cache. BACKEND:NAME asks one backend alone.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "eif/backend.h"
#include "suite/host/plugin_loader.h"

namespace eif {

struct BackendOfModel {
  const ModelBackend* backend;  // of the plugins
  std::string name;             // for ModelRequest::name: without "BACKEND:"
};

// kNotFound: neither an alias nor a folder, and no backend takes it. kInvalidArgument: a folder that no backend takes, with
// the model_type that it names and the backends' descriptions; or a name that several backends
// take.
absl::StatusOr<BackendOfModel> backend_of_model(const std::string& name, const PluginSet& plugins,
                                                const std::string& data_folder);

// Which one has the tokenizer: as backend_of_model(), and a folder with a tokenizer.json that none
// takes as a model goes to the backend of texts. Ids can be had of families that it does not know.
absl::StatusOr<BackendOfModel> backend_of_tokenizer(const std::string& name,
                                                    const PluginSet& plugins,
                                                    const std::string& data_folder);

}  // namespace eif
