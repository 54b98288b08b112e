#include "plugins/shared/models_for_test.h"

namespace eif {
namespace {

std::map<std::string, ModelsForTest::Make>& registered() {
  static auto& all = *new std::map<std::string, ModelsForTest::Make>();
  return all;
}

}  // namespace

ModelsForTest::ModelsForTest(const std::string& backend, Make make) {
  registered()[backend] = make;
}

std::map<std::string, std::vector<ModelForTest>> models_for_test() {
  std::map<std::string, std::vector<ModelForTest>> models;
  for (const auto& [backend, make] : registered()) models[backend] = make();
  return models;
}

std::vector<Sample> images_for_test(int size) {
  at::manual_seed(3);
  std::vector<Sample> samples;
  for (int i = 0; i < 6; ++i) {
    const at::Tensor pixels = at::rand({int64_t{size} * size});
    const float* values = pixels.const_data_ptr<float>();
    samples.push_back({"image" + std::to_string(i),
                       {LabelledImage{{size, size, {values, values + pixels.numel()}}, i % 4}}});
  }
  samples.push_back({"two", {samples[0].statements[0], samples[3].statements[0]}});
  samples.push_back(
      {"three, one twice",
       {samples[1].statements[0], samples[1].statements[0], samples[2].statements[0]}});
  return samples;
}

std::vector<Sample> sentences_for_test() {
  return {{"fact", {"a wug is a dax"}},
          {"negation", {"a wug is not a dax"}},
          {"repeats", {"aaaa aaaa aaaa"}},
          {"short", {"ab"}},
          {"chain", {"a wug is a dax", "all dax are red"}},
          {"same twice", {"wug", "wug"}},
          {"long chain", {"a b", "b c and more", "c d", "d e"}}};
}

}  // namespace eif
