#include "suite/host/stoppable_model.h"

#include <gtest/gtest.h>

#include "eif/plain_weights.h"
#include "suite/engine/monitor_for_test.h"
#include "suite/host/fakes_for_test.h"

namespace eif {
namespace {

TEST(StoppableModel, AnswersAsTheModelDoesUntilItIsStopped) {
  bool is_stopped = false;
  const std::unique_ptr<Model> model =
      stoppable(std::make_unique<FakeModel>("fake"), [&] { return is_stopped; });
  const LabelledImage image{{}, 3};
  const ImageBatch batch{at::zeros({1, 1, 1, 1}), at::tensor({3})};
  PlainWeights weights(model->parameters());
  EXPECT_EQ(model->info().name, "fake");
  EXPECT_TRUE(model->encode(image, {}).ok());
  EXPECT_EQ(model->loss(weights, batch).status().code(), absl::StatusCode::kUnimplemented);
  EXPECT_TRUE(model->features(weights, batch).ok());

  is_stopped = true;
  EXPECT_EQ(model->encode(image, {}).status(), absl::CancelledError("interrupted"));
  EXPECT_EQ(model->loss(weights, batch).status(), absl::CancelledError("interrupted"));
  EXPECT_EQ(model->features(weights, batch).status(), absl::CancelledError("interrupted"));
  EXPECT_EQ(model->info().name, "fake");
}

}  // namespace
}  // namespace eif
