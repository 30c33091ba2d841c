// OutputTail: cuts a stream of bytes into lines and remembers the last of them, in bounded memory.
#pragma once

#include <QByteArray>
#include <QList>
#include <utility>

namespace lemnos {

class OutputTail {
  public:
    /// Adds bytes and returns the lines that are complete now, without their ends. A line longer than `maxLine` bytes
    /// comes out in pieces.
    QList<QByteArray> add(const QByteArray& bytes) {
        m_rest += bytes;
        QList<QByteArray> lines;
        qsizetype start = 0;
        for (;;) {
            qsizetype end = m_rest.indexOf('\n', start);
            if (end < 0 && m_rest.size() - start < maxLine) break;
            const bool complete = end >= 0;
            if (!complete) end = start + maxLine;
            lines << m_rest.mid(start, end - start);
            if (lines.back().endsWith('\r')) lines.back().chop(1);
            start = end + (complete ? 1 : 0);
        }
        m_rest.remove(0, start);
        for (const QByteArray& line : lines) remember(line);
        return lines;
    }

    /// What stands behind the last line end, once the stream is over.
    QByteArray takeRest() {
        remember(m_rest);
        return std::exchange(m_rest, {});
    }

    /// The last few lines that are not blank.
    const QList<QByteArray>& lastLines() const { return m_last; }

    /// What lemnos-cli said about its own failure ("lemnos-cli: ..."), without its name; empty when it said nothing.
    QByteArray reason() const {
        for (auto line = m_last.rbegin(); line != m_last.rend(); ++line) {
            if (line->startsWith(speaker)) return line->mid(qsizetype(sizeof speaker) - 1);
        }
        return {};
    }

  private:
    static constexpr qsizetype maxLine = 1 << 20;
    static constexpr qsizetype kept = 4;
    static constexpr char speaker[] = "lemnos-cli: ";

    void remember(const QByteArray& line) {
        if (line.trimmed().isEmpty()) return;
        m_last << line.left(2000);
        if (m_last.size() > kept) m_last.removeFirst();
    }

    QByteArray m_rest;
    QList<QByteArray> m_last;
};

}  // namespace lemnos
