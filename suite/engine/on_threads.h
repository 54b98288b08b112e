// Several pieces of work at once, one on each thread, where sharing every product among all threads
// would leave them waiting for each other.
//
//   absl::Status status = on_threads(threads, recordings.size(), monitor,
//                                    [&](size_t i, Monitor& shared) { return replay(i, shared); });
#pragma once

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "eif/backend.h"
#include "eif/monitor.h"

namespace eif {

// How many threads may ask the model for losses at the same time. 1 on a GPU, which does one thing
// after another anyway.
int threads_for(Model& model);

// Calls work(0, …) to work(count − 1, …), begun in this order, so many at once as there are
// threads, each of which libtorch then has for itself alone. The first error ends the others as
// soon as they ask their monitor, and is returned; an exception likewise. That monitor passes on to
// `monitor` one call at a time. With one thread, work is called as if this were a loop, and
// libtorch has all threads.
absl::Status on_threads(int threads, size_t count, Monitor& monitor,
                        absl::FunctionRef<absl::Status(size_t, Monitor&)> work);

}  // namespace eif
