// This PC as others see it.
#pragma once

#include <memory>

#include "model/lan/talk.h"

namespace lemnos {

/// The host's name, or "PC" where it can't be shown.
std::string nameOfThisPc();

/// Identity and context, which `side` refers to.
class OwnIdentity {
  public:
    static Result<std::unique_ptr<OwnIdentity>> load();
    OwnIdentity(const OwnIdentity&) = delete;

    const OwnSide& side() const { return m_side; }

  private:
    OwnIdentity(Identity identity, TlsContext context)
        : m_identity(std::move(identity)),
          m_context(std::move(context)),
          m_side{m_identity, m_context, nameOfThisPc()} {}

    Identity m_identity;
    TlsContext m_context;
    OwnSide m_side;
};

}  // namespace lemnos
