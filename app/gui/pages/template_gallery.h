// TemplateGallery: the networks that come with the program, drawn small, to start from.
#pragma once

#include <QAbstractButton>
#include <QScrollArea>

#include "app/gui/graph/graph_layout.h"
#include "app/gui/project.h"
#include "model/templates/template.h"

class QGridLayout;

namespace lemnos {

/// One of them. A click chooses it.
class TemplateCard : public QAbstractButton {
    Q_OBJECT

  public:
    explicit TemplateCard(const TemplateType& type, QWidget* parent = nullptr);
    const TemplateType& type() const { return m_type; }
    /// Draws it as it is for this data; what can't be built for it says why and can't be chosen.
    void show(const Project& project);
    QSize sizeHint() const override { return {236, 234}; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

  private:
    void paintNetwork(QPainter& painter, const QRectF& room) const;

    const TemplateType& m_type;
    GraphLayout m_layout;
    std::vector<std::string> m_groups;  ///< of the boxes
    QString m_size, m_summary;
    bool m_isCurrent = false;
};

class TemplateGallery : public QScrollArea {
    Q_OBJECT

  public:
    explicit TemplateGallery(Project& project, QWidget* parent = nullptr);

  signals:
    void chosen(const lemnos::TemplateType* type);

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

  private:
    void refresh();
    void arrange();

    Project& m_project;
    QGridLayout* m_grid;
    std::vector<TemplateCard*> m_cards;
    int m_columns = 0;
};

}  // namespace lemnos
