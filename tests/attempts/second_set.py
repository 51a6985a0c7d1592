"""What students hand in, written from the prompts alone and kept apart until the advice was finished."""

from functools import reduce

import numpy as np

from attempts import Attempt


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


# --- wrong: slips of the mathematics -----------------------------------------------------------------


def dc_over_time_own_gate(dh, f, o, c):
    T = len(dh)
    dc = dh * o * (1 - np.tanh(c) ** 2)
    for t in range(T - 2, -1, -1):
        dc[t] += dc[t + 1] * f[t]
    return dc


def one_step_back_raw_c(dh, dc, c_prev, i, f, g, o, c):
    dc = dc + dh * o * (1 - np.tanh(c) ** 2)
    da_i = dc * g * i * (1 - i)
    da_f = dc * c_prev * f * (1 - f)
    da_g = dc * i * (1 - g**2)
    da_o = dh * c * o * (1 - o)
    return np.hstack([da_i, da_f, da_g, da_o]), dc * f


def weights_by_new_state(da, h, h_0):
    total = np.zeros((da.shape[2], h.shape[2]))
    for t in range(da.shape[1]):
        total += da[:, t].T @ h[:, t]
    return total


def new_state_coupled(i, f, g, o, c_prev):
    c = f * c_prev + (1 - f) * g
    h = o * np.tanh(c)
    return h, c


def linear_half_life(bias):
    lost_each_step = 1 - sigmoid(bias)
    return 0.5 / lost_each_step


def targets_one_late(series, window, horizon):
    count = len(series) - window - horizon
    return np.array([series[start + window + horizon] for start in range(count)])


def direction_from_own_forecast(previous, actual, predicted):
    moved = np.sign(actual - previous)[1:]
    forecast_moved = np.sign(np.diff(predicted))
    return np.mean(moved == forecast_moved)


def lag_into_the_future(forecast, price, most):
    distances = []
    for k in range(most + 1):
        days = len(price) - k
        distances.append(np.abs(forecast[:days] - price[k:]).mean())
    return int(np.argmin(distances))


def by_layer_halves(h_n):
    L = len(h_n) // 2
    return h_n[:L], h_n[L:]


def reach_from_the_end(T, k, f):
    dx = np.zeros(T)
    for back in range(min(k, T)):
        dx[T - 1 - back] = f**back
    return dx


def bias_by_log(share, steps):
    f = share ** (1 / steps)
    return np.log(f)


def bound_by_radius(U, k):
    return np.abs(np.linalg.eigvals(U)).max() ** k


def clipped_apart(dW, db, max_norm):
    def clip(grad):
        length = np.sqrt((grad**2).sum())
        return grad * max_norm / length if length > max_norm else grad

    return clip(dW), clip(db)


def cell_1997_swapped(c_prev, i, g, o):
    c = c_prev + i * g
    h = o * np.tanh(c)
    return c, h


def scaled_by_all_deviation(series, cut):
    train = series[:cut]
    return (series - train.mean()) / series.std()


# --- wrong: slips of the programming -----------------------------------------------------------------


def sigmoid_nan(a):
    grown = np.exp(a)
    return grown / (1 + grown)


def first_step_comma(f, c, i, g):
    return (f * c + i * g,)


def log_returns_kept(prices):
    returns = np.empty(len(prices) - 1)
    for day in range(len(prices) - 1):
        returns[day] = np.log(prices[day + 1]) - np.log(prices[day])


def real_six(lengths, T):
    return (np.arange(6) < lengths[:, None]).astype(float)


def parity_np_max(x, h):
    s = h[:, :1] - 2 * h[:, 1:]
    return np.hstack([np.max(0, x + s), np.max(0, x + s - 1)])


def free_run_in_place(weights, window, steps):
    path = np.zeros(steps)
    for n in range(steps):
        path[n] = weights @ window
        window[:-1] = window[1:]
        window[-1] = path[n]
    return path


def ends_three(output):
    ahead = output[:, -1, :3]
    back = output[:, 0, 3:]
    return np.concatenate([ahead, back], axis=1)


def last_on_top(output):
    H = output.shape[2] // 2
    return np.concatenate([output[:, -1, :H], output[:, 0, H:]])


def chunk_true_division(series, B, k, j):
    rows = series.reshape(B, len(series) / B)
    return rows[:, j * k : (j + 1) * k]


WRONG = (
    Attempt(
        "lstm.FORGET_GATE_GRADIENT",
        "takes the slope of tanh, 1 - f**2, for that of the sigmoid, f (1 - f)",
        r"1 ?[-\u2212] ?`?f`? ?(\*\* ?2|²|\^ ?2)|f`? ?[*·\u00d7]? ?\(1 ?[-\u2212] ?`?f|(slope"
        r"|derivative) of (the |a |an )?`?(np\.)?(tanh|sigmoid|logistic)|(tanh|sigmoid"
        r"|logistic)\w*`?('s)? (own )?(slope|derivative)|(is|has|was|by) (squashed by )?(a |the )?sigmoid"
        r"|not (a |by |of )?tanh",
        lambda dc, c_prev, f: dc * c_prev * (1 - f**2),
    ),
    Attempt(
        "lstm.CELL_STATE_GRADIENT",
        "leaves the output gate out of the way through the hidden state",
        r"output gate|`o`|\* ?o\b|\bo ?\*|\b(by|with|factor|gate|without|missing|lacks?|forgot|needs?|of"
        r"|for|is) o\b|\bo (is|was|times|has|must|does|scales|belongs)",
        lambda dh, dc, o, c: dc + dh * (1 - np.tanh(c) ** 2),
    ),
    Attempt(
        "lstm.FORGET_HALF_LIFE",
        "lets the memory fade by the same amount at every step instead of by the same share",
        r"linear|straight line|geometric|exponential|compound|f ?(\*\*|\^) ?(n|k|t|steps)|(same|fixed"
        r"|constant|equal) (amount|share|factor)|of what is (still )?(left|there)|what (is left|remains)"
        r"|multipl|log\w*\(? ?(0?\.5|1/2|½|2)|ln\(? ?(0?\.5|1/2|½|2)|subtract|power of",
        linear_half_life,
    ),
    Attempt(
        "lstm.NEW_STATE",
        "writes with 1 - f, as a coupled gate would, where the input gate i belongs",
        r"1 ?[-\u2212] ?`?f\b|one minus|coupled|\bGRU\b|\bi`? ?[*·\u00d7] ?`?g\b|`i`|input gate"
        r"|\bi is (not|never)",
        new_state_coupled,
    ),
    Attempt(
        "lstm_gradient.DC_OVER_TIME",
        "carries the gradient back through the forget gate of the same step, not of the next one",
        r"next step|next (forget )?gate|f`?\[ ?t ?\+ ?1|f_?[({]*t ?\+ ?1|(step|one) after|following step"
        r"|later (step|gate)|(one|a) step (too )?(late|early|off|apart|later|ahead)|gate of the (next"
        r"|later|following|wrong|same)|wrong step|shifted|off by one|same step|step's own"
        r"|own (forget )?gate|f`?\[ ?t ?\]",
        dc_over_time_own_gate,
    ),
    Attempt(
        "lstm_gradient.ONE_STEP",
        "uses c where tanh(c) belongs in the gradient of the output gate",
        r"tanh ?\(? ?`?c`? ?\)?(?! ?(\*\*|²|\^))|tanh_c|tanh of|squash|da_o|a_o\b|output gate|raw `?c\b"
        r"|last (quarter|block|of the four|H)|fourth|(without|missing|forgot\w*|needs) (the "
        r"|a )?`?(np\.)?tanh",
        one_step_back_raw_c,
    ),
    Attempt(
        "lstm_gradient.RECURRENT_WEIGHTS",
        "pairs each da with the hidden state after its step instead of the one before, so h_0 is never used",
        r"h_0|(one|a) step (before|earlier|later?|too late|too far|ahead|off)|previous"
        r"|h_?[({\[]*t ?[-\u2212] ?1|shift|(state|h|one)`? (from )?before|old (hidden )?state|h_prev"
        r"|off by one|(state|h)`? after (its|the|that|each)|had (been )?read|initial state",
        weights_by_new_state,
    ),
    Attempt(
        "rnn.D_PREV",
        "multiplies by the transposed recurrent matrix",
        r"transpos|\.T\b|(wrong|other) way (a)?round|@ ?`?weight_hh(?!\.T)|rows? .{0,40}columns?"
        r"|columns? .{0,40}rows?|which axis|wrong (axis|side) of|turned",
        lambda dh, h, weight_hh: (dh * (1 - h**2)) @ weight_hh.T,
    ),
    Attempt(
        "rnn.PARAMETER_COUNT",
        "counts the weights anew for each of the 20 steps, though all steps share them",
        r"(each|every|per|all|over|many)\W+(the )?(20 |twenty |time )?steps?|\bshar(e|ed|es|ing)\b"
        r"|same (weights|numbers|parameters|matri\w+|cell)|over time|sequence'?s? length|length of"
        r"|only once|reus|(count|learn)\w* once|(times|factor|by) (of )?(20|twenty)",
        20 * (5 * 3 + 5 * 5 + 5),
    ),
    Attempt(
        "rnn.SUM_OVER_TIME",
        "averages over the steps instead of summing",
        r"\bmean\b|averag|divid|factor (of )?`?(1 ?/ ?)?(T|4)\b|1 ?/ ?T\b|times too small|T times"
        r"|too small by|add\w* (them |it )?(all )?up|sums?,? (and )?not|a sum\b|\.mean"
        r"|number of (time )?steps",
        lambda da, x: np.einsum("bth,btd->hd", da, x) / x.shape[1],
    ),
    Attempt(
        "sequences.GAP",
        "forgets the horizon of the first test window, as if its target came right after it",
        r"horizon|(4|four) rows|(lies|comes|is|stands|another|the) (5|five) rows|5 (before|after|later)"
        r"|[-\u2212] ?5\b|\b79[56]\b|\b736\b|(between|from) .{0,40}window.{0,40}target|window.{0,30}(ends?"
        r"|last row|begins?|starts?|first row)|right after (the|its) window|next row|(ends?|begins?"
        r"|starts?) .{0,20}earlier",
        800 - 60 - 1,
    ),
    Attempt(
        "sequences.TARGETS",
        "takes the value one row too late, horizon + 1 rows after the window's last row",
        r"off by one|one (row |step |value |place |day )?(too )?(late|far|further|later|ahead|off)"
        r"|window ?(\+ ?horizon)? ?[-\u2212] ?1|horizon ?([-\u2212]|\+) ?1|(one|a) (target|value|window"
        r"|element|row|entry)?s? ?(is )?(too few|fewer|short|missing|less)|(few|short|late|far) by one"
        r"|first (target|value) (is )?(missing|lost|left out)|shifted by (one|a|1)|one row",
        targets_one_late,
    ),
    Attempt(
        "sine.NOISE_GAIN",
        "squares the sum of the weights instead of summing their squares",
        r"independent\w*.{0,60}(add|sum|squar|varianc|cancel)|sum of (the |their )?squares"
        r"|squares? of (the |each |every |their )?(sum|weights?)|squares the sum|summing (the"
        r"|their) squares|squared? (each|every|first|before|singly)|each weight|squar\w+ .{0,30}(then"
        r"|before|and) .{0,15}(sum|add)|(sum|add)\w* .{0,40}(before|then|first) .{0,30}squar"
        r"|cross.?(terms?|products?)|weights`? ?(\*\* ?2|@ ?`?weights)|w_?\w?²|variances? (add|sum)"
        r"|mixed (terms|products)|cancel",
        lambda weights: weights.sum() ** 2,
    ),
    Attempt(
        "stock.DIRECTION",
        "lets the forecast rise or fall from the last forecast instead of from the previous price",
        r"(previous|last|earlier|preceding|yesterday'?s|prior|day before'?s) (forecast|prediction"
        r"|`?predicted)|(forecast|prediction) (of|for) (yesterday|the day before|the previous|the last)"
        r"|predicted`? ?([-\u2212]|>|<|with|to|against) ?`?previous|np\.diff|\bdiff\b|(forecast"
        r"|predict)\w*`?.{0,60}(from|with|against|to) .{0,25}previous|one forecast to the next|same (start"
        r"|reference|price|point|base)|both .{0,60}previous|N ?[-\u2212] ?1|first day",
        direction_from_own_forecast,
    ),
    Attempt(
        "stock.MASE",
        "divides by how far the forecast is from the previous price, not by the error of the naive forecast",
        r"denominator|divisor|divid\w+ by (the|how|what|mean|its?|an?\b|\|)|(error|mae"
        r"|distance) of (the )?(naive|persistence)|(naive"
        r"|persistence)( forecast)?('s)? (own )?(mean absolute )?(error|mae)|(actual"
        r"|price)\w*`? ?[-\u2212] ?`?previous|previous`? ?[-\u2212] ?`?actual"
        r"|predicted`? ?[-\u2212] ?`?previous|previous`? ?[-\u2212] ?`?predicted|how far the (forecast"
        r"|prediction)|(naive|previous).{0,50}(against|with|from|to) .{0,12}actual",
        lambda actual, predicted, previous: (
            np.abs(actual - predicted).mean() / np.abs(predicted - previous).mean()
        ),
    ),
    Attempt(
        "stock.ECHO",
        "compares the forecast with the price k days after it instead of before",
        r"future|days? (after|later|ahead|earlier)|before.{0,30}(not|instead|rather)|(not|instead"
        r"|rather).{0,30}before|(other|wrong|opposite) (way|direction|sign)|backwards?|t ?[-\u2212+] ?k"
        r"|price`?\[: ?[-\u2212]?|forecast`?\[k|older price|\bpast\b|tomorrow|yet to come|not yet known"
        r"|ahead of|revers|swapped",
        lag_into_the_future,
    ),
    Attempt(
        "unrolling.AVERAGE_REACH",
        "halves the chunk, though the reaches run from 1 to 20 and not from 0, the step's own being one",
        r"\bown\b|(1|one) (to|up to|through|and) (20|twenty)|1, ?2|\b21\b|half a step|\+ ?1\b|from (1"
        r"|one)\b|not (from |at )?(0|zero)|itself|(shortest|smallest|least|first).{0,40}\b(1|one)\b"
        r"|k ?\+ ?1",
        20 / 2,
    ),
    Attempt(
        "unrolling.BY_LAYER",
        "cuts h_n in two halves, as if all layers of one direction came first, though directions alternate",
        r"interleav|altern|every (other|second)|\[ ?[01]? ?:: ?2|\bhal(f|ves)\b|in turn|l, ?2\b|2, ?l\b"
        r"|directions? .{0,40}(fastest|inner|next to|within|neighbo|together|first)|h_n\[2|2 ?\* ?l\b"
        r"|(ahead|forward).{0,15}back\w*.{0,15}(ahead|forward)|(each|every|one|first) layer.{0,40}(both"
        r"|two|directions)|layers? .{0,30}(outer|slow)|by turns|pairs?\b",
        by_layer_halves,
    ),
    Attempt(
        "unrolling.REACH",
        "counts the cuts from the end, so that always the last k steps are reached",
        r"from the (start|beginning|front|end|back|first|last)|last `?k\b|multiples? of|remainder|T`? ?(%"
        r"|//) ?`?k|T ?[-\u2212] ?1\) ?(//|%)|\b(full|whole|shorter|incomplete|partial) (last )?chunk"
        r"|(last|final) (chunk|stretch|piece|cut)|k, ?2 ?\*?k|(where|place|position)\w* .{0,25}cuts?"
        r"|cuts? .{0,30}(fall|lie|come|sit|belong|place)|T ?[-\u2212] ?k|boundar",
        reach_from_the_end,
    ),
    Attempt(
        "vanishing_gradients.BIAS_THAT_KEEPS",
        "undoes the sigmoid with log(f) instead of log(f / (1 - f))",
        r"logit|invers\w+|invert\w*|undo\w*|1 ?[-\u2212] ?`?f\b|1 ?[-\u2212] ?keep|\bodds\b"
        r"|log\(? ?`?f`? ?/|exp\w* (instead|rather|for|only)|denominator|solve.{0,20}sigmoid"
        r"|sigmoid.{0,40}(not|instead|rather).{0,12}exp|always negative|f ?/ ?\(",
        bias_by_log,
    ),
    Attempt(
        "vanishing_gradients.BOUND",
        "takes the largest eigenvalue (the spectral radius) for the largest singular value",
        r"singular|spectral|eigenvalue|2-norm|matrix norm|norm of (the matrix|`?U)|norm\(U|ord ?= ?2"
        r"|non-?normal|not symmetric|\bsvd\b|\bradius\b|operator norm",
        bound_by_radius,
    ),
    Attempt(
        "vanishing_gradients.JOINT_CLIPPING",
        "clips each array by its own length instead of both by the length they have together",
        r"joint|together|\b(one|single|common|shared) (norm|length|factor|scale|number)|common"
        r"|same (factor|scale|number|share|amount)|\b(each|dW`?|db`?)( \w+)? (on its own|by itself"
        r"|separately|alone|by its own)|separate|(its|their) own|one by one|(both|two) (arrays|gradients)"
        r"|combined|individually|of both",
        clipped_apart,
    ),
    Attempt(
        "rnn.D_PREV",
        "applies the slope of tanh after the matrix, to the wrong units, instead of before",
        r"(before|after) (the (matrix|product|multipl\w+)|it (goes|passes|is multiplied)|going|passing"
        r"|multiplying|`?U\b|@)|order of|\border\b|first .{0,50}(slope|tanh|1 ?[-\u2212] ?h)|(slope|tanh"
        r"|1 ?[-\u2212] ?h\S*).{0,50}\b(first|then|before|after)\b|d_h`? ?\* ?\(? ?1|pre-activation|(slope"
        r"|tanh).{0,40}(belongs to|unit|inside|new state)",
        lambda d_h, h, U: (d_h @ U) * (1 - h**2),
    ),
    Attempt(
        "vanishing_gradients.TWO_PATHS",
        "writes 1 - c_prev**2 as the slope, as if the cell state had already been through tanh",
        r"tanh`? ?\(? ?`?c|tanh`? ?(²|\*\* ?2|\^ ?2)|tanh of|(without|missing|forg\w+|lack\w*|needs?"
        r"|takes?|apply|skip\w*|no|is not|through)\W+(the |a |been through )?`?(np\.)?tanh\b"
        r"|c_prev`? ?(\*\* ?2|²|\^ ?2)|squash|tanh.{0,20}(missing|left out|forgotten)",
        lambda dc, f, dh_prev, o_prev, c_prev: dc * f + dh_prev * o_prev * (1 - c_prev**2),
    ),
    Attempt(
        "why_gates.CELL_1997",
        "returns the new c first and the new h second",
        r"\border\b|swap|h`? (comes )?first|first (the )?(new )?`?h\b|h`?,? (and )?then|exchang|(wrong"
        r"|other) way (a)?round|h`?, ?`?c\b|h`? before|c`? first\b|first (the )?(new )?`?c\b|interchang"
        r"|mixed up|revers|c`? (in|at) (the )?place|changed places",
        cell_1997_swapped,
    ),
    Attempt(
        "why_gates.PEEPHOLE",
        "looks at the cell state before the step instead of the new one",
        r"\bnew(ly|est)? (c\b|`c`|cell|state|one|written)|(not|uses?|used|instead of|than|is|with|by"
        r"|looks? at|took|of|at) `?c_prev|c_prev`? (is|in|where|instead|does|rather|here)|\bold (c\b|`c`"
        r"|cell|state|one)|(after|before) (this|the) step|current (c\b|`c`|cell|state)|p_o`? ?\* ?`?c\b"
        r"|updated|previous|just (been )?(made|computed|written)|one step (too )?(old|late|early|before"
        r"|behind)",
        lambda a_o, p_o, c_prev, c: sigmoid(a_o + p_o * c_prev),
    ),
    Attempt(
        "bug_museum.SCALED",
        "takes the standard deviation of all rows; only the mean comes from the training rows",
        r"standard deviation|\bstd\b|deviation|\bspread\b|denominator|divisor|divid|(sees?|knows?|from|of"
        r"|in|into) the future|(rows|values|everything) (after|behind|from|beyond) .{0,12}cut|test (rows"
        r"|part)|all rows|(whole|entire|full) series",
        scaled_by_all_deviation,
    ),
    Attempt(
        "intro.SIGMOID",
        "exp(a) overflows for large a, and inf / inf is NaN",
        r"overflow|\bnan\b|\binf\b|infinit|too (large|big)|(large|big) (positive )?(a\b|`a`|number|value"
        r"|input|argument)|exp\(-(np\.)?abs|exp\(-\||not a number|\b1000\b|stable|not finite|non-finite",
        sigmoid_nan,
    ),
    Attempt(
        "intro.A_FIRST_STEP",
        "a comma behind the expression turns the array into a tuple of one array",
        r"tuple|comma|parenthes|(extra|leading|additional|third|further|surplus) (axis|dimension)|(axis"
        r"|axes) too many|\(1, ?2, ?3\)|wrapped|three axes|3 axes|sequence of|packed in|bare array"
        r"|array itself",
        first_step_comma,
    ),
    Attempt(
        "stock.LOG_RETURNS",
        "computes the array but has no return statement, so it gives None",
        r"return (statement|line|is missing|missing)|(missing|\bno\b|without|forg\w+|lack\w*|needs?|add"
        r"|with)\W+(a |the |its |to )?`?return\b|returns? (None|nothing)|returned (None|nothing)|\bNone\b"
        r"|nothing (is |was |came |comes |at all )?(given |handed )?(back|returned)|back nothing"
        r"|nothing came",
        log_returns_kept,
    ),
    Attempt(
        "sequences.MASK",
        "has the 6 steps of the example fixed in the code instead of T",
        r"`6`|\b(the|number|constant|literal|of|is|coded) 6\b|\b6 (is|was|stands|in the code|steps)"
        r"|arange\(6|hard-?(coded|wired)|fixed (number|size|length|T\b)|any `?T\b|every `?T\b"
        r"|another `?T\b|(argument|use|with|ignor\w+|on|of) `?T\b|T`? (is |was )?(unused|not used|ignored"
        r"|never|itself|changes|steps)|range\(T|constant|literal|\bsizes?\b|number of columns",
        real_six,
    ),
    Attempt(
        "rnn.PARITY_STEP",
        "calls np.max(0, ...), whose second argument is an axis, instead of np.maximum, and so raises",
        r"maximum|np\.max\b|\.max\b|\baxis\b|clip|element.?wise|element by element|second argument"
        r"|np\.where",
        parity_np_max,
    ),
    Attempt(
        "sine.FREE_RUN",
        "writes the forecasts into the window it was given, so the caller's array is changed",
        r"in.?place|chang\w* (its|the|your|an?|one of) \w*\s?(argument|input|window)|(argument|input"
        r"|window)\w*`? .{0,30}(chang|alter|modif|written|touched)|mutat|overwr|\bcop(y|ies|ied)\b"
        r"|read-?only|modif\w+|alter\w*|caller|writes? (in)?to",
        free_run_in_place,
    ),
    Attempt(
        "unrolling.BOTH_ENDS",
        "has H = 3 fixed in the code, which is right for the example's size only",
        r"`3`|\b(the|number|constant|literal|of|is|coded) 3\b|\b3 (is|was|stands|in the code)|:3\b|\b3:"
        r"|hard-?(coded|wired)|fixed (number|size|width|H\b)|any `?H\b|every `?H\b|another `?H\b"
        r"|other `?H\b|shape\[|// ?2|constant|literal|\bsizes?\b|np\.split|(from|by|read) (the )?shape",
        ends_three,
    ),
    Attempt(
        "bug_museum.LAST_OF_BOTH",
        "joins the two along the batch axis, one below the other, instead of side by side",
        r"\baxis\b|\baxes\b|side by side|concatenat|stacked|below|on top|underneath|hstack|2 ?\*? ?B\b"
        r"|beside|next to each other|\(6, ?2\)|joined|twice (as many|the|too many) rows",
        last_on_top,
    ),
    Attempt(
        "unrolling.CHUNK",
        "divides with / and hands reshape a float, which raises",
        r"//|whole.?number|integer|\bint\b|\bfloat|division|divid|-1 in|reshape\(B, ?-1",
        chunk_true_division,
    ),
)


# --- right, but not as a model solution would have it ------------------------------------------------


def weights_by_loops(da, h, h_0):
    B, T, H = h.shape
    total = np.zeros((da.shape[2], H))
    for b in range(B):
        before = h_0[b]
        for t in range(T):
            total += np.outer(da[b, t], before)
            before = h[b, t]
    return total


def dc_by_all_roads(dh, f, o, c):
    T, H = dh.shape
    own = dh * o / np.cosh(c) ** 2
    dc = np.zeros((T, H))
    for t in range(T):
        for later in range(t, T):
            dc[t] += own[later] * np.prod(f[t + 1 : later + 1], axis=0)
    return dc


def by_layer_reshaped(h_n):
    both, B, H = h_n.shape
    ahead, back = np.moveaxis(h_n.reshape(both // 2, 2, B, H), 1, 0)
    return ahead, back


def real_by_rows(lengths, T):
    return np.array([[1.0] * int(n) + [0.0] * (T - int(n)) for n in lengths])


def keep_single(f, c):
    return (f.astype(np.float32) * c.astype(np.float32)).astype(np.float32)


def bound_by_gram(U, k):
    largest = np.linalg.eigvalsh(U.T @ U)[-1]
    return float(largest ** (k / 2))


def reach_backwards(T, k, f):
    dx, grad = [0.0] * T, 1.0
    for t in range(T, 0, -1):
        dx[t - 1] = grad
        grad = 0.0 if (t - 1) % k == 0 else grad * f
    return np.array(dx)


RIGHT = (
    Attempt("lstm.STARTING_BIAS", "", "", lambda H: np.repeat([0.0, 1.0, 0.0, 0.0], H)),
    Attempt("lstm.FORGET_HALF_LIFE", "", "", lambda bias: np.log(2) / np.log1p(np.exp(-bias))),
    Attempt("lstm_gradient.RECURRENT_WEIGHTS", "", "", weights_by_loops),
    Attempt("lstm_gradient.DC_OVER_TIME", "", "", dc_by_all_roads),
    Attempt("intro.SIGMOID", "", "", lambda a: 0.5 + 0.5 * np.tanh(0.5 * a)),
    Attempt("intro.KEEP", "", "", keep_single),
    Attempt("unrolling.BY_LAYER", "", "", by_layer_reshaped),
    Attempt("unrolling.REACH", "", "", reach_backwards),
    Attempt("sequences.MASK", "", "", real_by_rows),
    Attempt(
        "vanishing_gradients.BIAS_THAT_KEEPS",
        "",
        "",
        lambda share, steps: -np.log(np.expm1(-np.log(share) / steps)),
    ),
    Attempt("vanishing_gradients.BOUND", "", "", bound_by_gram),
    Attempt("why_gates.CHAIN", "", "", lambda f: reduce(np.multiply, [f[:, t] for t in range(f.shape[1])])),
)
