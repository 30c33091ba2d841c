#include "app/cli/own_side.h"

#include <unistd.h>

#include "model/files.h"
#include "model/text.h"

namespace lemnos {

std::string nameOfThisPc() {
    char name[256] = "";
    if (::gethostname(name, sizeof name - 1) != 0 || !*name || escaped(name) != name) return "PC";
    return name;
}

Result<std::unique_ptr<OwnIdentity>> OwnIdentity::load() {
    TRY(Identity identity, Identity::ofThisPc(settingsFolder()));
    TRY(TlsContext context, TlsContext::create(identity));
    return std::unique_ptr<OwnIdentity>(new OwnIdentity(std::move(identity), std::move(context)));
}

}  // namespace lemnos
