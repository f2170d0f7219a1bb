import { QueryClientProvider } from '@tanstack/react-query';
import { LoadingOutlined } from '@ant-design/icons';
import { App as AntdApp, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN.js';
import dayjs from 'dayjs';
import dayjsZhCN from 'dayjs/locale/zh-cn.js';
import { useState } from 'react';
import { BrowserRouter } from 'react-router';
import { Boot } from './boot.js';
import { useMotion } from './motion.js';
import { createQueryClient } from './query-client.js';
import { theme } from './theme.js';

dayjs.locale(dayjsZhCN);

/**
 * Given, it comes and goes at once: antd's own waits for the end of a movement that never begins where the answer is quicker than the first frame, and the
 * button was then called “loading …” to whoever listens, for good.
 */
const BUTTON = { autoInsertSpace: false, loadingIcon: <LoadingOutlined aria-label="请稍候" /> };

export function App() {
  const [client] = useState(createQueryClient);
  const motion = useMotion();
  return (
    <ConfigProvider theme={{ ...theme, token: { ...theme.token, motion } }} locale={zhCN} button={BUTTON}>
      <AntdApp style={{ height: '100%' }}>
        <QueryClientProvider client={client}>
          <BrowserRouter>
            <Boot />
          </BrowserRouter>
        </QueryClientProvider>
      </AntdApp>
    </ConfigProvider>
  );
}
