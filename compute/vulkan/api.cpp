#include "compute/vulkan/api.h"

namespace lemnos {

Status vulkanStatus(VkResult result, const std::string& doing) {
    switch (result) {
        case VK_SUCCESS:
            return {};
        case VK_ERROR_DEVICE_LOST:
            return Error{"The device stopped answering while " + doing +
                             ". Its driver was reset, or it was unplugged; resume the run from its last checkpoint.",
                         {},
                         Error::Kind::deviceLost};
        case VK_ERROR_OUT_OF_DEVICE_MEMORY:
            return Error{"The device has too little free memory for " + doing +
                             "; lower the batch size or the picture size, or close other programs that use the device.",
                         {},
                         Error::Kind::outOfMemory};
        case VK_ERROR_OUT_OF_HOST_MEMORY:
            return Error{"This computer has too little free memory for " + doing +
                             "; lower the batch size or the picture size, or close other programs.",
                         {},
                         Error::Kind::outOfMemory};
        default:
            return Error{"Vulkan failed with code " + std::to_string(result) + " while " + doing +
                         "; a newer driver of the device may help."};
    }
}

}  // namespace lemnos
