import { render } from 'preact';
import { LocationProvider, Route, Router } from 'preact-iso';
import { FiguresView } from './figures-view';
import { FleetView } from './fleet-view';
import { Header } from './header';
import { fleetPath } from './paths';
import { RunView } from './run-view';
import { StackView } from './stack-view';
import { TeamView } from './team-view';

/** The page: a view for each address. */

const Nothing = () => (
  <>
    <h1>There is nothing here</h1>
    <p>
      <a href={fleetPath()}>All teams</a>
    </p>
  </>
);

const Page = () => (
  <LocationProvider scope="/ui">
    <Header />
    <main>
      <Router>
        <Route path="/ui/" component={FleetView} />
        <Route path="/ui/figures" component={FiguresView} />
        <Route path="/ui/teams/:team" component={TeamView} />
        <Route path="/ui/teams/:team/figures" component={FiguresView} />
        <Route path="/ui/teams/:team/stacks/:stack" component={StackView} />
        <Route path="/ui/runs/:name" component={RunView} />
        <Route default component={Nothing} />
      </Router>
    </main>
  </LocationProvider>
);

render(<Page />, document.getElementById('page') as HTMLElement);
