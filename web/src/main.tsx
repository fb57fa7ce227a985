import { render } from 'preact';
import { Controller } from './net/controller';
import { Store } from './store/store';
import { App } from './views/app';
import 'uplot/dist/uPlot.min.css';
import './style/base.css';
import './style/incident.css';
import './style/regions.css';
import './style/pages.css';

// A hidden page draws no frames, but its title still says how the service is.
const store = new Store((work) => (document.hidden ? setTimeout(work, 250) : requestAnimationFrame(work)));
const controller = new Controller(store.dispatch, store.get);
const page = document.getElementById('page');
if (page) render(<App store={store} controller={controller} />, page);
void controller.begin();
