// Memory that is freed is kept for what is reserved next.
#pragma once

#include <cstdlib>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace lemnos {

/// glibc gives blocks of more than 32 MB back to the system as soon as they are freed, and a step that reserves them
/// again gets every page anew, filled with zeros: 12,000 of them for the weights of a resnet18, several times each round
/// of local steps. Up to half a gigabyte stays with the process instead. To be called before there are threads.
inline void keepFreedMemory() {
#if defined(__GLIBC__)
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, 512 * 1024 * 1024);
#endif
}

}  // namespace lemnos
