/** Trains a small model and saves it: `model.ubj`, `model.json`; sets `booster` and `rows`, a pandas table. */
export const trainModel = `
import numpy as np, pandas as pd, xgboost as xgb
random = np.random.default_rng(17)
rows = pd.DataFrame(random.normal(size=(300, 3)), columns=['age', 'sum insured', 'délai'])
rows['claims'] = random.integers(0, 5, 300)
rows.loc[::7, 'age'] = np.nan
label = (rows['sum insured'] + random.normal(size=300) > 0).astype(int)
booster = xgb.train({'objective': 'binary:logistic', 'max_depth': 4}, xgb.DMatrix(rows, label), 20)
booster.save_model(args['folder'] + '/model.ubj')
booster.save_model(args['folder'] + '/model.json')
`

/** Bits of float32 predictions, so that equal means equal to the last bit. */
export const bits = `
def bits(values):
    assert values.dtype == np.float32, values.dtype
    return values.view(np.uint32).tolist()
`
