// Where lemnos-cli is: the program that runs what must not share the window's process.
#pragma once

#include <QString>

namespace lemnos {

/// $LEMNOS_CLI, else the one beside this program.
QString cliProgram();

/// Why the program could not be started, as a sentence that names it.
QString cliMissingSentence();

}  // namespace lemnos
