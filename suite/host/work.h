// How much there is to do in a measurement, counted from its samples before anything is measured.
//
//   const Work work = fine_tuning_work(model, wanted, /*epochs=*/1);
//   const double seconds = speed.wall_seconds(work);  // speed.h
//
// The unit of work is one position, a node of a tree of texts that begin alike or an image, on its
// way through the model. To train on one is three units: forward, back to what it was made from,
// and to the weights; each multiplies the same matrices. What a unit takes is for speed.h to find.
#pragma once

#include <cstddef>
#include <cstdint>

#include "eif/backend.h"
#include "suite/engine/engine.h"
#include "suite/engine/wanted_cells.h"

namespace eif {

struct Work {
  size_t calls = 0;    // of what measures
  size_t rows = 0;     // that a run counts
  int64_t tokens = 0;  // or images, that are trained on, read or evaluated, for each row anew
  double units = 0;

  Work& operator+=(const Work& other);
};

// Training on each sample, and evaluating what is wanted of it.
Work fine_tuning_work(Model& model, const WantedCells& wanted, int epochs);

// Reading each sample, and evaluating what is wanted after it; with a neutral base also what is
// wanted after as many neutral tokens. The losses with nothing in front are known.
Work in_context_work(Model& model, const WantedCells& wanted, bool has_neutral_base);

// Explaining each cell: gradients of rows and columns, products of each with each, and the losses of
// tokens after training. Products are counted as the positions that are evaluated.
Work explanation_work(Model& model, const WantedCells& wanted, int epochs);

// Embedding each sample, which makes no row.
Work distance_work(Model& model, const WantedCells& wanted);

// Learning each sample in as many passes as it may take, with its own losses after each, and
// evaluating what is wanted after each, which is a row: no more than this is done, and mostly much
// less.
Work most_learning_work(Model& model, const WantedCells& wanted, int max_passes,
                        const Engine& engine);

}  // namespace eif
