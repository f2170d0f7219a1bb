import type { ThemeConfig } from 'antd';

/** Colours of the product; styles.css holds the same values as custom properties for what antd does not draw. */
export const palette = {
  ink: '#17212f',
  inkSoft: '#475467',
  inkFaint: '#5f6b7c',
  line: '#dde3ea',
  lineStrong: '#c5cdd8',
  paper: '#ffffff',
  ground: '#f3f5f8',
  navy: '#0f2442',
  blue: '#1b4f8f',
  blueHover: '#2a64ac',
  red: '#b3261e',
  amber: '#9a5b00',
  green: '#1d7048',
} as const;

export const FONT_STACK =
  '-apple-system, BlinkMacSystemFont, "PingFang SC", "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif';

export const theme: ThemeConfig = {
  token: {
    colorPrimary: palette.blue,
    colorInfo: palette.blue,
    colorLink: palette.blue,
    // Derived, it is too pale for text: 4.15 to 1.
    colorLinkHover: palette.blueHover,
    colorPrimaryHover: palette.blueHover,
    colorError: palette.red,
    colorWarning: palette.amber,
    colorSuccess: palette.green,
    // Derived from colours as dark as these, the washes come out as mud.
    colorErrorBg: '#fbeceb',
    colorErrorBorder: '#e4b3b0',
    colorWarningBg: '#fbf2e2',
    colorWarningBorder: '#e3c58f',
    colorSuccessBg: '#e7f4ed',
    colorSuccessBorder: '#a9d3bd',
    colorInfoBg: '#eaf1f9',
    colorInfoBorder: '#b5cbe5',
    colorText: palette.ink,
    colorTextSecondary: palette.inkSoft,
    colorTextTertiary: palette.inkFaint,
    colorTextDescription: palette.inkFaint,
    colorTextPlaceholder: '#6b7788',
    colorBorder: palette.lineStrong,
    colorBorderSecondary: palette.line,
    colorBgLayout: palette.ground,
    fontFamily: FONT_STACK,
    fontSize: 14,
    borderRadius: 4,
    borderRadiusLG: 6,
    borderRadiusSM: 3,
    controlHeight: 34,
    wireframe: false,
    motionDurationMid: '0.14s',
    motionDurationSlow: '0.2s',
    boxShadow: '0 6px 20px rgba(15, 36, 66, 0.12)',
    boxShadowSecondary: '0 8px 28px rgba(15, 36, 66, 0.16)',
  },
  components: {
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500 },
    Table: {
      headerBg: '#f6f8fa',
      headerColor: palette.inkSoft,
      headerSplitColor: 'transparent',
      rowHoverBg: '#f5f8fc',
      cellPaddingBlock: 11,
    },
    Tabs: { itemColor: palette.inkSoft, titleFontSize: 14, horizontalItemPadding: '10px 0' },
    Tag: { defaultBg: '#f1f4f8', defaultColor: palette.inkSoft },
    Drawer: { paddingLG: 20 },
    Modal: { titleFontSize: 16 },
    Segmented: { trackBg: '#eaeef3', itemSelectedColor: palette.navy },
    Form: { labelColor: palette.inkSoft, verticalLabelPadding: '0 0 4px' },
  },
};
