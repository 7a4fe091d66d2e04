import { render } from 'preact';
import { LocationProvider, Route, Router } from 'preact-iso';
import { CaseView } from './case-view';
import { FiguresView } from './figures-view';
import { FleetView } from './fleet-view';
import { Header } from './header';
import { KindView } from './kind-view';
import { fleetPath } from './paths';
import { PullRequestView } from './pull-request-view';
import { ReportsView } from './reports-view';
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
        <Route path="/ui/teams/:team/stacks/:stack/case" component={CaseView} />
        <Route path="/ui/teams/:team/stacks/:stack/pulls/:number" component={PullRequestView} />
        <Route path="/ui/runs/:name" component={RunView} />
        <Route path="/ui/runs/:name/reports" component={ReportsView} />
        <Route path="/ui/runs/:name/tests/:app/:kind" component={KindView} />
        <Route default component={Nothing} />
      </Router>
    </main>
  </LocationProvider>
);

render(<Page />, document.getElementById('page') as HTMLElement);
