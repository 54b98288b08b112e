// Tiny models of a backend, for the tests that put every model through every engine
// (tests/conformance). A backend brings them in plugins/ID/models_for_test.cc, which CMake finds
// beside the plugin; the tests load the plugin as the program does and ask it for them. One for
// each way in which the forward pass can go. A whole file, for a backend that needs no files:
//
//   #include "plugins/shared/models_for_test.h"
//
//   namespace eif {
//   namespace {
//
//   std::vector<ModelForTest> models() {
//     return {{.name = "zeros",
//              .request = [](const std::filesystem::path&) -> absl::StatusOr<ModelRequest> {
//                return ModelRequest{.name = "linear"};
//              },
//              .samples = images_for_test(28)}};
//   }
//   const ModelsForTest brought("linear", models);
//
//   }  // namespace
//   }  // namespace eif
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "eif/backend.h"

namespace eif {

struct ModelForTest {
  std::string name;  // distinct among those of a backend: letters, digits and _
  // What to ask load() for. `folder` is empty, and the model's own: the files of a checkpoint are
  // written there. The test says in which dtype it is loaded.
  std::function<absl::StatusOr<ModelRequest>(const std::filesystem::path& folder)> request;
  // What the model is trained and evaluated on; five or more, some of several statements.
  std::vector<Sample> samples;
  // One of many that go much the same way: it is put through the engines in the slow tests.
  bool is_variant = false;
};

// Registers the models of a backend while the program starts.
class ModelsForTest {
 public:
  using Make = std::vector<ModelForTest> (*)();
  ModelsForTest(const std::string& backend, Make make);
};

// Of every backend whose file is part of the program, by its id.
std::map<std::string, std::vector<ModelForTest>> models_for_test();

// ---- Samples -----------------------------------------------------------------------------------

// Random images of size × size pixels with the labels 0 to 3; some samples have several statements,
// one of them twice.
std::vector<Sample> images_for_test(int size);

// Sentences in the letters a to z and the space. They have repeated tokens and common beginnings,
// and some samples have several.
std::vector<Sample> sentences_for_test();

}  // namespace eif
