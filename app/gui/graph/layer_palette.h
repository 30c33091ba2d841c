// LayerPalette: all types of layers by group, to be found, chosen or dragged into the network.
#pragma once

#include <QFrame>
#include <QListWidget>

class QLineEdit;

namespace lemnos {

struct LayerType;

class LayerPalette : public QFrame {
    Q_OBJECT

  public:
    explicit LayerPalette(QWidget* parent = nullptr);

  signals:
    /// By a double click, or Enter in the list or the search.
    void chosen(const lemnos::LayerType* type);

  private:
    void fill();
    void filter(const QString& text);

    QLineEdit* m_search;
    QListWidget* m_list;
};

}  // namespace lemnos
