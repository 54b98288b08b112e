#include "plugins/shared/huggingface/other_formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/shared/huggingface/folders_for_test.h"
#include "suite/formats/test_files.h"

namespace eif {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class OtherFormatsTest : public ::testing::Test {
 protected:
  std::string with(const std::string& name) {
    const TemporaryFolder temporary;
    write_file(temporary.path() / name, "");
    return other_format(temporary.path());
  }

  TemporaryFolder temporary_;
};

TEST_F(OtherFormatsTest, AFolderIsDescribedByWhatItHas) {
  EXPECT_THAT(with("smol-Q4_1.gguf"),
              AllOf(HasSubstr(" has no model.safetensors; it has smol-Q4_1.gguf, a GGUF file of "
                              "llama.cpp: take the original checkpoint, or widen this one with"),
                    HasSubstr("gguf_file=\"smol-Q4_1.gguf\"")));
  EXPECT_THAT(with("consolidated.00.pth"),
              HasSubstr("it has consolidated.00.pth, a checkpoint in Meta's own layout: take the "
                        "Hugging Face version of the model, or convert it"));
  EXPECT_THAT(with("consolidated.safetensors"), HasSubstr("a checkpoint in Mistral's own layout"));
  EXPECT_THAT(with("model.fp16.safetensors"),
              AllOf(HasSubstr("it has model.fp16.safetensors, a variant of the weights: rename it"),
                    HasSubstr("/model.fp16.safetensors\" \"/"), HasSubstr("/model.safetensors\"")));
  EXPECT_THAT(with("model.safetensors.index.fp16.json"), HasSubstr("the index of a variant"));
  EXPECT_THAT(with("pytorch_model-00001-of-00002.bin"),
              AllOf(HasSubstr("a format that can run code and is never loaded: write it with "
                              "python -c 'from transformers import AutoModelForCausalLM as M; "
                              "M.from_pretrained(\"/"),
                    HasSubstr(".save_pretrained(\"/")));
  EXPECT_THAT(with("weights.pt"), HasSubstr("a format that can run code and is never loaded"));
  EXPECT_THAT(with("adapter_model.safetensors"),
              HasSubstr("an adapter: put the adapter_config.json beside it"));
  EXPECT_THAT(with("tf_model.h5"), HasSubstr("TensorFlow's weights: take the model's PyTorch"));
  EXPECT_THAT(with("flax_model.msgpack"), HasSubstr("Flax's weights"));
  EXPECT_THAT(with("model.onnx"), HasSubstr("an ONNX graph"));
}

TEST_F(OtherFormatsTest, OfSeveralTheOneThatIsEasiestToUnderstandCounts) {
  write_file(temporary_.path() / "a.pt", "");
  write_file(temporary_.path() / "pytorch_model.bin", "");
  write_file(temporary_.path() / "training_args.bin", "");
  EXPECT_THAT(other_format(temporary_.path()), HasSubstr("it has pytorch_model.bin, "));
}

TEST_F(OtherFormatsTest, NothingIsSaidOfAFolderWithoutAModel) {
  EXPECT_EQ(with("README.md"), "");
  EXPECT_EQ(with("model.safetensors"), "");
  EXPECT_EQ(with("training_args.bin"), "");
  EXPECT_EQ(other_format(temporary_.path() / "nothing"), "");
}

TEST_F(OtherFormatsTest, AFileIsNoFolder) {
  const auto path = temporary_.path() / "x.gguf", whole = temporary_.path() / "model.safetensors";
  write_file(path, "");
  write_file(whole, "");
  EXPECT_THAT(other_format(path),
              StartsWith(path.string() + " is a GGUF file of llama.cpp, which is not read here; "
                                         "expected a folder with model.safetensors: take the "));
  EXPECT_EQ(other_format(whole), whole.string() + " is a file; name the folder that it is in, which "
                                                  "has the model's config.json and tokenizer.json, "
                                                  "too");
}

TEST_F(OtherFormatsTest, OtherTokenizersAreNamed) {
  EXPECT_EQ(other_tokenizer(temporary_.path()), "");
  write_file(temporary_.path() / "tokenizer.model", "");
  EXPECT_THAT(other_tokenizer(temporary_.path()),
              AllOf(HasSubstr(" has no tokenizer.json; it has tokenizer.model, which is not read "
                              "here: write one with python -c 'from transformers import "),
                    HasSubstr("T.from_pretrained(\"/")));
}

}  // namespace
}  // namespace eif
