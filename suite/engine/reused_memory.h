// Memory of tensors that serves again once it is freed.
//
//   eif::reuse_memory();  // once, before there are tensors
#pragma once

namespace eif {

// What a forward pass frees, the next one asks for again. Three habits of glibc stand against that:
//
// - It gives blocks as large as activations back to the system at once, which hands them out again
//   page by page, all zeroed.
// - For aligned memory, which libtorch asks for, it takes a free block that is larger by the
//   alignment, and cuts it. A block of the same size that was just freed does not do, so memory
//   grows by new pages where old ones lie about.
// - It looks for a large block along a list that gets longer as a process goes on. So a few that were
//   freed last are kept from it, up to 12 MiB.
//
// Does nothing where the C library is another one.
void reuse_memory();

}  // namespace eif
