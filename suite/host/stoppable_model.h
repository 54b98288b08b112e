// A model that the user can stop: all that takes long asks it something, and from the moment that
// `stopping` says so, it answers nothing but kCancelled.
//
//   std::unique_ptr<Model> model = stoppable(*std::move(loaded), request.stopping);
#pragma once

#include <functional>
#include <memory>

#include "eif/backend.h"

namespace eif {

std::unique_ptr<Model> stoppable(std::unique_ptr<Model> model, std::function<bool()> stopping);

}  // namespace eif
