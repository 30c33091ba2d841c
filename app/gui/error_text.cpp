#include "app/gui/error_text.h"

#include "app/gui/widgets/param_editor.h"
#include "model/phrased_error.h"

namespace lemnos {

QString errorText(const std::string& sentence) {
    return translated(phraseOf(sentence));
}

}  // namespace lemnos
